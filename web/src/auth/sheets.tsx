/** Draw two reports as they come off the press, an invoice and a page of charts. For the eye alone. */
export function Sheets() {
  return (
    <svg class="sheets" viewBox="0 0 760 520" aria-hidden="true" focusable="false">
      <g transform="rotate(-9 210 270)">
        <rect class="paper" x="60" y="80" width="270" height="382" rx="3" />
        <circle class="ink-accent" cx="98" cy="118" r="13" />
        <path class="rule" d="M122 114h84M122 124h52M92 180h70M92 192h56M92 204h62" />
        <path class="rule strong" d="M92 262h98" />
        <path class="rule" d="M92 290h206M92 308h206M92 326h206M92 344h206M92 362h206" />
        <path class="rule accent" d="M232 392h66" />
      </g>
      <g transform="rotate(8 560 270)">
        <rect class="paper" x="430" y="70" width="270" height="382" rx="3" />
        <rect class="ink-work" x="460" y="106" width="106" height="70" rx="4" />
        <path class="wash" d="M576 106h94v30h-94zM576 146h94v30h-94z" />
        <path class="line-high" d="M460 250l30-16 30 10 30-34 30 12 30-30 30 14 30-22" />
        <path class="line-low" d="M460 284l30-8 30 12 30-22 30 14 30-24 30 10 30-12" />
        <path class="ink-work" d="M464 380h16v-20h-16zM494 380h16v-44h-16zM524 380h16v-58h-16zM554 380h16v-30h-16zM584 380h16v-48h-16zM614 380h16v-14h-16zM644 380h16v-36h-16z" />
        <path class="rule" d="M460 402h210M460 418h210" />
      </g>
    </svg>
  );
}
