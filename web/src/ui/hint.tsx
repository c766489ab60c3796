/** Show a schema's description, in which names stand between backticks. */
export function Hint({ text, id }: { text: string; id?: string }) {
  const parts = text.split("`");
  return <p class="hint" id={id}>{parts.map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</p>;
}
