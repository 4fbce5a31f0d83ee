import { CustomChart, ScatterChart, type CustomSeriesOption, type ScatterSeriesOption } from "echarts/charts";
import { BrushComponent, DataZoomComponent, GridComponent, MarkLineComponent, ToolboxComponent, TooltipComponent } from "echarts/components";
import { init, use, graphic, type ComposeOption, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { Bar, Dot, Lanes, Tone } from "./lanes";

// Only what the picture draws with; on a canvas, so that no text of anybody becomes HTML.
use([CustomChart, ScatterChart, BrushComponent, DataZoomComponent, GridComponent, MarkLineComponent, ToolboxComponent, TooltipComponent, CanvasRenderer]);

type Option = ComposeOption<CustomSeriesOption | ScatterSeriesOption>;

export interface Words {
  lane: (index: number) => string;
  bar: (bar: Bar) => string;
  dot: (dot: Dot) => string;
  time: (at: number, wide: boolean) => string;
  start: string;
  end: string;
}

export interface Handlers {
  /** A stretch was brushed, in milliseconds. */
  brushed: (range: [number, number]) => void;
  /** A line was clicked. */
  clicked: (dot: Dot) => void;
}

const LANE = 24;
const HEAD = 8;

/** The colours of the theme that is on. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const tones: Record<Tone, [string, string]> = {
    sev1: [token("--sev1"), token("--on-sev1")],
    sev2: [token("--sev2"), token("--on-sev2")],
    sev3: [token("--sev3"), token("--on-sev3")],
    quiet: [token("--line2"), token("--text")],
    busy: [token("--accent-soft"), token("--accent")],
    done: [token("--sunk"), token("--muted")],
    even: [token("--line"), token("--text")],
    odd: [token("--line2"), token("--text")],
  };
  return { tones, text: token("--text"), muted: token("--muted"), line: token("--line"), accent: token("--accent"), surface: token("--surface"), raised: token("--raised"), soft: token("--accent-soft"), sans: style.getPropertyValue("--sans") };
}

/** The picture in an element: made once, told of what changes. */
export class Chart {
  readonly #chart: EChartsType;
  #lanes: Lanes | null = null;
  #brushes = false;
  readonly #watch: ResizeObserver;

  constructor(element: HTMLElement, handlers: Handlers) {
    this.#chart = init(element, null, { renderer: "canvas" });
    this.#watch = new ResizeObserver(() => this.#chart.resize());
    this.#watch.observe(element);
    this.#chart.on("brushEnd", (event) => {
      const { areas } = event as { areas: { coordRange?: [number, number] }[] };
      const range = areas[0]?.coordRange;
      // Emptying it ends a brush too.
      if (!range) return;
      handlers.brushed([Math.round(range[0]), Math.round(range[1])]);
      this.#chart.dispatchAction({ type: "brush", areas: [] });
    });
    this.#chart.on("click", (event) => {
      const dot = event.seriesType === "scatter" ? this.#lanes?.dots[event.dataIndex] : undefined;
      if (dot) handlers.clicked(dot);
    });
  }

  close(): void {
    this.#watch.disconnect();
    this.#chart.dispose();
  }

  /** With a brush, dragging chooses a stretch; without, it moves the picture. */
  brush(on: boolean): void {
    this.#brushes = on;
    this.#chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: on ? "lineX" : false, brushMode: "single" } });
  }

  /** What is in view, in milliseconds. */
  get view(): [number, number] {
    const zoom = (this.#chart.getOption().dataZoom as { startValue: number; endValue: number }[] | undefined)?.[0];
    return zoom ? [Math.round(zoom.startValue), Math.round(zoom.endValue)] : [0, 0];
  }

  /** Shows this stretch, or everything. */
  look(range: [number, number] | null): void {
    const lanes = this.#lanes;
    if (!lanes) return;
    const [from, to] = range ?? [lanes.from, lanes.to];
    const least = 60_000;
    const width = Math.min(lanes.to - lanes.from, Math.max(least, to - from));
    const start = Math.max(lanes.from, Math.min(lanes.to - width, from));
    this.#chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: start, endValue: start + width });
  }

  draw(lanes: Lanes, times: { start: number | null; end: number | null }, words: Words): void {
    const before = this.#lanes === null ? null : this.view;
    const whole = before === null || this.#lanes === null || (before[0] <= this.#lanes.from && before[1] >= this.#lanes.to);
    this.#lanes = lanes;
    const c = colours();
    const font = { fontFamily: c.sans, fontSize: 11 };
    const marks = [
      ...(times.start === null ? [] : [{ xAxis: times.start, label: { formatter: words.start } }]),
      ...(times.end === null ? [] : [{ xAxis: times.end, label: { formatter: words.end } }]),
    ];
    const wide = lanes.to - lanes.from > 86_400_000;
    const option: Option = {
      animation: false,
      textStyle: { ...font, color: c.text },
      grid: { left: 118, right: 16, top: HEAD, height: lanes.lanes.length * LANE },
      tooltip: { renderMode: "richText", confine: true, backgroundColor: c.raised, borderColor: c.line, textStyle: { ...font, fontSize: 12, color: c.text, width: 320, overflow: "break" } },
      xAxis: { type: "time", min: lanes.from, max: lanes.to, axisLine: { lineStyle: { color: c.line } }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: c.line } }, axisLabel: { ...font, color: c.muted, hideOverlap: true, formatter: (at: number) => words.time(at, wide) } },
      yAxis: { type: "category", inverse: true, data: lanes.lanes.map((_, index) => words.lane(index)), axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: c.line } }, axisLabel: { ...font, color: c.muted, width: 104, overflow: "truncate" } },
      dataZoom: [
        { type: "inside", xAxisIndex: 0, filterMode: "weakFilter", minValueSpan: 60_000, ...(whole ? { startValue: lanes.from, endValue: lanes.to } : { startValue: before[0], endValue: before[1] }) },
        { type: "slider", xAxisIndex: 0, filterMode: "weakFilter", height: 16, bottom: 8, borderColor: c.line, fillerColor: c.soft, handleStyle: { color: c.surface, borderColor: c.accent }, moveHandleSize: 0, dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }, brushSelect: false, showDetail: false },
      ],
      brush: { xAxisIndex: 0, throttleType: "debounce", throttleDelay: 150, brushStyle: { color: c.soft, borderColor: c.accent, opacity: 0.6 }, outOfBrush: {}, toolbox: [] },
      // The brush cannot be had without; its buttons are ours.
      toolbox: { show: false },
      series: [
        {
          type: "custom",
          clip: true,
          encode: { x: [1, 2], y: 0 },
          data: lanes.bars.map((bar) => [bar.lane, bar.from, bar.to]),
          tooltip: { formatter: (point) => words.bar(lanes.bars[(point as { dataIndex: number }).dataIndex] as Bar) },
          renderItem: (params, api) => {
            const bar = lanes.bars[params.dataIndex];
            const start = api.coord([api.value(1), api.value(0)]);
            const end = api.coord([api.value(2), api.value(0)]);
            if (!bar || start[0] === undefined || start[1] === undefined || end[0] === undefined) return undefined;
            const area = params.coordSys as unknown as { x: number; y: number; width: number; height: number };
            const shape = graphic.clipRectByRect({ x: start[0], y: start[1] - LANE / 2 + 4, width: Math.max(1, end[0] - start[0]), height: LANE - 8 }, area);
            if (!shape) return undefined;
            const [fill, on] = c.tones[bar.tone];
            const rect = { type: "rect" as const, shape: { ...shape, r: 3 }, style: { fill, stroke: c.surface, lineWidth: 1 } };
            const label = { type: "text" as const, silent: true, style: { ...font, text: words.bar(bar).split("\n")[0] ?? "", x: shape.x + 6, y: shape.y + shape.height / 2, verticalAlign: "middle" as const, fill: on, width: Math.max(0, shape.width - 10), overflow: "truncate" as const, fontFamily: c.sans } };
            return { type: "group", children: shape.width > 28 ? [rect, label] : [rect] };
          },
        },
        {
          type: "scatter",
          symbol: "circle",
          symbolSize: 8,
          itemStyle: { color: c.accent, opacity: 0.75, borderColor: c.surface, borderWidth: 1 },
          data: lanes.dots.map((dot) => [dot.entry.at, dot.lane]),
          tooltip: { formatter: (point) => words.dot(lanes.dots[(point as { dataIndex: number }).dataIndex] as Dot) },
          ...(marks.length === 0 ? {} : { markLine: { silent: true, symbol: "none", lineStyle: { color: c.muted, type: "dashed" as const }, label: { ...font, color: c.muted, position: "insideEndTop" as const }, data: marks } }),
        },
      ],
    };
    this.#chart.setOption(option, { notMerge: true });
    // Options that replace all others forget what dragging does.
    this.brush(this.#brushes);
  }
}
