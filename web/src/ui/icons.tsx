const PATHS = {
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  left: "M10 4L6 8l4 4",
  right: "M6 4l4 4-4 4",
  check: "M3 8.5l3.2 3.2L13 5",
  warning: "M8 2.5L14.5 13.5h-13zM8 6.5v3.4M8 11.6v.2",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
  stop: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM3.8 12.2l8.4-8.4",
  press: "M2.5 5.5h11v6h-11zM5 5.5v-3h6v3M5 9h6M5 11.5v2h6v-2",
  download: "M8 2.5v8M4.5 7.5L8 11l3.5-3.5M3 13.5h10",
  open: "M6 3H3v10h10v-3M9 3h4v4M13 3L7.5 8.5",
  retry: "M13 3v3.5H9.5M3 13V9.5h3.5M12.6 6.5A5 5 0 0 0 4 4.6M3.4 9.5A5 5 0 0 0 12 11.4",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 0 0 0-5.6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  auto: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  rows: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6 3.5v9",
  object: "M4 2.5h5.5l2.5 2.5v8.5H4zM9.5 2.5V5H12M6 8h4M6 10.5h4",
  image: "M2.5 3.5h11v9h-11zM2.5 11l3.2-3.2 2.3 2.2 2-2 3.5 3.5M10.5 6.2v.1",
  upload: "M8 11V3M4.5 6.5L8 3l3.5 3.5M3 13.5h10",
  key: "M10.5 2.5a3 3 0 1 0 0 6a3 3 0 0 0 0-6zM8.3 7.7L2.5 13.5M4.5 11.5l1.5 1.5",
  leave: "M6.5 3H3v10h3.5M7 8h7M11 5l3 3-3 3",
} as const;

export type IconName = keyof typeof PATHS;

/** Draw an icon, for the eye alone: what it means has to stand beside it or in a label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Draw the mark by which printers lay one colour over another. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="8" />
      <path d="M16 3v26M3 16h26" />
      <circle class="mark-core" cx="16" cy="16" r="3.2" />
    </svg>
  );
}
