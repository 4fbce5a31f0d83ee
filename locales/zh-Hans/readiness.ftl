### 能否呼叫到某人、以及错过了哪些呼叫的用词。

## 系统通知（Rust 使用）
notification-unready-you = 呼叫可能无法到达您
notification-unready-others = 呼叫可能无法到达待命人员
notification-unready-advice = 轮值前请检查
notification-unready-line = { $hours ->
    [0] { $person }，{ $schedule }，现在或一小时内：{ $doubt }
   *[other] { $person }，{ $schedule }，{ $hours } 小时后：{ $doubt }
  }
notification-and-more = 另有 { $count } 项
notification-missed-title = { $count ->
   *[other] 本机休眠期间有 { $count } 个呼叫响过铃
  }
notification-missed-line = { $what }：{ $who }
notification-missed-no-key = 一个呼叫
notification-missed-nobody = 无人处理。

## 有疑问之处（Rust 也使用）
doubt-not-seen = 近期没有收到任何桌面的消息
doubt-left = 已离开公司
doubt-no-desktop = 没有桌面，已选择其他方式
doubt-no-notifications = 桌面上没有接收通知的服务
doubt-no-sound = 听不到警报声
doubt-disturbed = 已开启勿扰模式
doubt-no-autostart = Firebell 不随计算机启动
doubt-not-tested = 最近 30 天没有确认过测试呼叫

## 应对办法
doubt-not-seen-do = 请在一台桌面上启动 Firebell 并保持运行。
doubt-left-do = 请将其从轮值表中移除。
doubt-no-desktop-do = 请在一台桌面上启动 Firebell，这样除了消息还会响铃。
doubt-no-notifications-do = 请启动通知服务，或在其设置中允许 Firebell。
doubt-no-sound-do = 请在设置中打开警报声，并确认已连接声音设备。
doubt-disturbed-do = 呼叫仍会打开窗口并响警报；在关闭勿扰模式之前，其通知可能不会显示。
doubt-no-autostart-do = 请在设置中打开，以免重启后无法呼叫到您。
doubt-not-tested-do = 请给自己发一个测试呼叫并确认。

## 待命界面上的就绪情况
readiness-title = 能呼叫到您吗？
readiness-ready = 能。呼叫所需的一切均已就绪。
readiness-advice = 能，但请留意：
readiness-fails = 呼叫可能无法到达您：
readiness-next-shift = 您的下一班：{ $schedule }，{ $at }
readiness-this-shift = 您正在待命：{ $schedule }，{ $at }
readiness-no-shift = 未来几周没有您的班次。
readiness-check = 立即检查
readiness-checking = 正在检查…
readiness-desktops = 您的桌面
readiness-this-desktop = 本机
readiness-checked = 检查于{ $ago }
readiness-none = 您的桌面还没有报告过情况。有班次之后会自动报告。
readiness-others = 即将待命、但可能呼叫不到的人员
readiness-other-line = { $schedule }，{ $at } 起
readiness-other-now = { $schedule }，现在
readiness-fine = 正常

## 测试呼叫的路径
walk-title = 测试呼叫的路径
walk-ways = 您的其他渠道
walk-passed = 全程通过。请确认它，即算已证明。
walk-failed = 没有走完全程。
walk-ways-failed = 您的桌面会响铃，但另一个渠道失败了：详见下方。
walk-running = 正在进行…
hop-server = 已连接到服务器
hop-written = 呼叫已写入
hop-ring = 本机收到响铃
hop-notification = 通知服务已接收
hop-sound = 警报声响起
hop-window = 呼叫窗口已显示
hop-receipt = 服务器知道已显示
hop-waiting = 等待中
hop-passed = 通过
hop-failed = 失败
hop-untold = 本机无法得知
hop-after = { $seconds } 秒后
hop-server-do = 本机没有连接到服务器。请看左下角的状态；在此期间呼叫无法在本机响铃。
hop-written-do = 服务器没有及时应答。请重试；若仍如此，请告知服务器的管理人员。
hop-ring-do = 呼叫已存在，但本机没有收到响铃。请重启 Firebell；若仍如此，请告知服务器的管理人员。
hop-notification-do = 没有通知服务接收它。请启动一个，或在其设置中允许 Firebell。
hop-sound-do = 没有声音设备接收它。请连接一个，在系统设置中选中，然后重试。
hop-window-do = 呼叫窗口没有打开。请重启 Firebell。
hop-receipt-do = 服务器不知道它已显示，会继续上报。请检查是否已连接。

## 错过的呼叫
pages-missed = 离开期间错过的呼叫
pages-missed-hint = 它们呼叫过您，但您的桌面都没有显示。
page-missed-held = { $person } 已在处理
page-missed-nobody = 无人应答
capability-undisturbed = 勿扰模式已关闭
