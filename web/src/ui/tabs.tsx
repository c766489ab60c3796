interface Props<Name extends string> {
  label: string;
  tabs: [Name, string][];
  shown: Name;
  onShow(name: Name): void;
}

/** Be a row of tabs, of which the arrow keys choose one. */
export function Tabs<Name extends string>({ label, tabs, shown, onShow }: Props<Name>) {
  function step(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(([name]) => name === shown);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!next) return;
    onShow(next[0]);
    document.getElementById(`tab-${next[0]}`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={step}>
      {tabs.map(([name, title]) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === shown}
          tabIndex={name === shown ? 0 : -1}
          onClick={() => onShow(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
