### 哪些内容已经离开这台电脑，哪些被拒绝。

sync-title = 同步
sync-saved = 已存本机
sync-sent = 已发送
sync-waiting = 待发送 { $count }
sync-conflict = { $count } 个冲突
sync-offline = { $count ->
    [0] 自 { $at } 离线
   *[other] 自 { $at } 离线 · { $count } 项待发送
  }
sync-first = 首次同步 { $percent }%
sync-waits = 等待发送
sync-refused = 被拒绝
sync-last = 上次收到服务器消息
sync-never = 从未
sync-keys = 储备的事件键
sync-skew = 这台电脑的时钟偏差
sync-saved-long = 所有内容都保存在这台电脑上，其他人看不到。
sync-sent-long = 您写的所有内容都已到达服务器。
sync-offline-long = 您写的内容已保存在这里，恢复连接后发送。
sync-open-conflicts = 查看被拒绝的内容

banner-cannot-ring = 这台电脑无法响铃：{ $why }
banner-cannot-ring-do = 请找人替您值班，或让此窗口保持可见。
banner-chain-broken = 服务器的记录与这台电脑见过的内容接不上。
banner-chain-broken-do = 请立即告知管理员；这里的内容没有任何改动。
banner-blocked = 服务器拒绝这台电脑。
banner-skew = { $ahead ->
    [yes] 这台电脑的时钟比服务器快 { $by }，您填写的时间会有误。
   *[no] 这台电脑的时钟比服务器慢 { $by }，您填写的时间会有误。
  }
banner-offline = 当前离线。
banner-offline-since = 自 { $at } 离线。
banner-offline-do = { $count ->
    [0] 可以继续工作。现在无法从这里呼叫任何人，请打电话：
   *[other] 可以继续工作，有 { $count } 项更改等待发送。现在无法从这里呼叫任何人，请打电话：
  }

conflicts-title = 被拒绝的更改
conflicts-description = 您写的内容会保留在这里，直到您处理完毕。
conflicts-none = 没有被拒绝的内容。
conflict-open-incident = 打开事件
conflict-apply = 在现有内容上重新应用
conflict-dismiss = 不再保留
conflict-dependents = 之后有 { $count } 项更改以它为基础，也没有应用。

## 尝试过的操作（Rust 使用这些标识）
did-declare = 您新建了事件“{ $summary }”
did-edit-production-change = 你写下了一项生产环境更改
did-edit-workstream = 你写下了一个工作流
did-set-summary = 您修改了摘要
did-set-call = 您修改了视频会议
did-answer = 您回答了六个问题之一
did-set-description = 您修改了描述
did-set-severity = 您将严重性级别改为 { $to }
did-set-service = 您将故障服务改为 { $to }
did-add-product = 您添加了受影响的产品 { $product }
did-remove-product = 您移除了受影响的产品 { $product }
did-set-times = 您更正了时间
did-take-command = 您接管了指挥
did-replace-im = 您接替了原事件管理员的指挥
did-offer-command = 您请 { $to } 接手指挥
did-accept-command = 您接受了指挥
did-decline-command = 您谢绝了指挥
did-plan-command = 您安排了下一任指挥
did-resolve = 您解决了事件
did-close = 您关闭了事件
did-reopen = 您重新打开了事件
did-false-alarm = 您将事件标为误报
did-restrict = 您将事件设为仅成员可见
did-unrestrict = 您取消了事件的可见限制
did-add-member = 您将 { $person } 加为成员
did-remove-member = 您移除了成员 { $person }
did-add-entry = 您写了一条记录
did-edit-entry = 您更正了一条记录
did-retract-entry = 您撤回了一条记录
did-restore-entry = 您恢复了一条记录
did-assign-role = 您请 { $person } 担任 { $role }
did-end-role = 您结束了一个角色
did-offer-role = 您请 { $to } 接手一个角色
did-accept-role = 您接手了一个角色
did-decline-role = 您谢绝了一个角色
did-plan-role = 您安排了某角色的下一任
did-acknowledge-page = 您确认了呼叫
did-decline-page = 您表示无法处理呼叫
did-snooze-page = 您让呼叫暂停
did-escalate-page = 您让呼叫进入下一步
did-ask = 您呼叫了其他人加入事件
did-request-test = 您请求了一次测试呼叫
did-report-page = 本机报告了呼叫的显示情况
did-add-override = 您在 { $name } 中安排了替班
did-remove-override = 您移除了 { $name } 中的替班
did-edit-directory = 您修改了名录中的 { $name }
did-other = 您做了一项更改
