/** What `vega` exports beyond its own declarations. */
declare module 'vega' {
  /** How wide text is, in pixels; replaceable. */
  export const textMetrics: {
    width: (
      item: { fontSize?: number; fontWeight?: string | number },
      text: string | number | null | undefined,
    ) => number;
  };
}
