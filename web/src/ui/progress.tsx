interface Props {
  label: string;
  done: number;
  /** Null while nobody knows. */
  total: number | null;
  text: string;
}

/** Show how far something is. Without a total the bar only says that it goes on. */
export function ProgressBar({ label, done, total, text }: Props) {
  return (
    <span class="progress">
      <progress aria-label={label} max={total ?? 1} {...(total === null ? {} : { value: done })} />
      <span class="progress-text">{text}</span>
    </span>
  );
}
