/** Values as people read them, by the units of Grafana that the dashboard uses. */

type Format = (value: number) => string;

/** What a value is divided by, and what is written behind it. */
type Unit = readonly [size: number, name: string];

const KIB = 1024;
const PERCENT: Unit = [0.01, "%"];
/** From small to large: each for values as large as itself. */
const TIMES: readonly Unit[] = [
  [0.001, " ms"],
  [1, " s"],
  [60, " min"],
  [3600, " h"],
  [86_400, " days"],
];
const BYTES: readonly Unit[] = [
  [1, " B"],
  [KIB, " KiB"],
  [KIB ** 2, " MiB"],
  [KIB ** 3, " GiB"],
];

const UNITS: Readonly<Record<string, readonly Unit[]>> = {
  short: [[1, ""]],
  s: TIMES,
  bytes: BYTES,
  percentunit: [PERCENT],
  reqpm: [[1, "/min"]],
  cpm: [[1, "/min"]],
};

/**
 * How values of a unit are written.
 *
 * @throws if the unit is not known.
 */
export function formatOf(unit: string): Format {
  const units = unitsOf(unit);
  return value => {
    const [size, name] = fitting(units, value);
    return value === 0 && units.length > 1 ? "0" : `${digits(value / size)}${name}`;
  };
}

/**
 * The size of the unit in which the largest of some values is written: ticks at round numbers of
 * it are read as round.
 *
 * @throws if the unit is not known.
 */
export function tickUnit(unit: string, max: number): number {
  return fitting(unitsOf(unit), max)[0];
}

function unitsOf(unit: string): readonly Unit[] {
  const units = UNITS[unit];
  if (units === undefined) throw new Error(`the unit ${unit} is not known`);
  return units;
}

function fitting(units: readonly Unit[], value: number): Unit {
  const reached = units.filter(([size]) => Math.abs(value) >= size);
  return reached.at(-1) ?? units[0] ?? [1, ""];
}

function digits(value: number): string {
  const size = Math.abs(value);
  return String(Number(size >= 100 ? value.toFixed(0) : value.toPrecision(2)));
}
