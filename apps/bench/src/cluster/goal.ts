/** What a server wants to reach as a figure of its own or against one other, and not as a share of the suite's reference. */

export interface Goal {
  readonly peer: string;
  /** `less`: how many times the figure of `than` contains the peer's own. */
  readonly of: 'figure' | 'perSecond' | 'less';
  readonly than?: string;
  readonly most?: number;
  readonly least?: number;
}
