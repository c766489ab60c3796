interface Props<Name extends string> {
  label: string;
  tabs: [Name, string][];
  shown: Name;
  onShow(name: Name): void;
}

/** A row of tabs; the arrow keys choose one. */
export function Tabs<Name extends string>({ label, tabs, shown, onShow }: Props<Name>) {
  function step(event: KeyboardEvent): void {
    const at = tabs.findIndex(([name]) => name === shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs.at(to % tabs.length);
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
          aria-controls="tabpanel"
          tabIndex={name === shown ? 0 : -1}
          onClick={() => onShow(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
