/** Grafana's names of the colours that the dashboard uses. */
export const COLORS: Readonly<Record<string, string>> = {
  green: "#37872d",
  orange: "#e0752d",
  red: "#c4162a",
};

/** For lines that have no colour of their own. */
export const PALETTE = [
  "#3274d9",
  "#e0752d",
  "#37872d",
  "#8f3bb8",
  "#c4162a",
  "#0f9d9d",
  "#b58900",
  "#6a737d",
  "#d6579b",
  "#7a5230",
];
