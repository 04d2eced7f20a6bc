/** What `vega` exports beyond its own declarations. */
declare module 'vega' {
  /** How wide text is, in pixels; replaceable. */
  export const textMetrics: {
    width: (
      /** Longer texts are cut to the limit, where there is one. */
      item: { fontSize?: number; fontWeight?: string | number; limit?: number },
      text: string | number | null | undefined,
    ) => number;
  };
}
