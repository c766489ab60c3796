import type { ReportOptions } from "../api/types";
import { AttachFiles } from "./attach-files";
import { withSource } from "./attachments";
import type { Faults } from "./validator";

const LOCALES = ["en-GB", "en-US", "de-DE", "de-AT", "de-CH", "fr-FR", "es-ES", "it-IT", "nl-NL", "pl-PL", "tr-TR"];

const EINVOICES: [string, string][] = [
  ["facturx-en16931", "Factur-X / ZUGFeRD, EN 16931"],
  ["facturx-basic", "Factur-X / ZUGFeRD, Basic"],
  ["facturx-extended", "Factur-X / ZUGFeRD, Extended"],
  ["xrechnung", "XRechnung, CII"],
  ["xrechnung-ubl", "XRechnung, UBL"],
  ["peppol-bis-3", "Peppol BIS Billing 3"],
];
const VARIANTS = ["pdf/a-2a", "pdf/a-2b", "pdf/a-2u", "pdf/a-3a", "pdf/a-3b", "pdf/a-3u"].map((name): [string, string] => [name, name.toUpperCase().replace(/.$/, (level) => level.toLowerCase())]);

interface Props {
  /** Whether the template makes electronic invoices. */
  einvoices: boolean;
  options: ReportOptions;
  faults: Faults;
  onChange(options: ReportOptions): void;
}

interface OptionProps {
  name: string;
  title: string;
  hint: string;
  value: string | undefined;
  fault: string | undefined;
  type?: "text" | "email" | "url";
  list?: string;
  onText(text: string | undefined): void;
}

function Option({ name, title, hint, value, fault, type = "text", list, onText }: OptionProps) {
  const id = `option-${name}`;
  return (
    <div class={`field ${fault ? "has-fault" : ""}`}>
      <label for={id}>{title}</label>
      <input
        id={id}
        {...({ type, list } as object)}
        value={value ?? ""}
        autocomplete="off"
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-hint ${id}-fault`}
        onInput={({ currentTarget }) => onText(currentTarget.value || undefined)}
      />
      <p class="fault" id={`${id}-fault`}>{fault}</p>
      <p class="hint" id={`${id}-hint`}>{hint}</p>
    </div>
  );
}

interface ChoiceProps extends Omit<OptionProps, "type" | "list"> {
  choices: [value: string, label: string][];
}

function Choice({ name, title, hint, value, fault, choices, onText }: ChoiceProps) {
  const id = `option-${name}`;
  return (
    <div class={`field ${fault ? "has-fault" : ""}`}>
      <label for={id}>{title}</label>
      <select
        id={id}
        value={value ?? ""}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-hint ${id}-fault`}
        onChange={({ currentTarget }) => onText(currentTarget.value || undefined)}
      >
        <option value="" />
        {choices.map(([choice, label]) => <option key={choice} value={choice}>{label}</option>)}
      </select>
      <p class="fault" id={`${id}-fault`}>{fault}</p>
      <p class="hint" id={`${id}-hint`}>{hint}</p>
    </div>
  );
}

function pruned<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Let somebody say how the report is to be named and written, and who is told of it. */
export function OptionsForm({ einvoices, options, faults, onChange }: Props) {
  const set = (change: Partial<ReportOptions>) => onChange(pruned({ ...options, ...change }));
  const tell = (change: NonNullable<ReportOptions["notify"]>) => {
    const notify = pruned({ ...options.notify, ...change });
    set({ notify: Object.keys(notify).length > 0 ? notify : undefined } as Partial<ReportOptions>);
  };
  const of = (name: string) => faults.get(`/options/${name}`);
  return (
    <div class="fields">
      <Option name="title" title="Title" hint="In the document and in its metadata." value={options.title} fault={of("title")} onText={(title) => set({ title } as Partial<ReportOptions>)} />
      <Option name="filename" title="File name" hint="Of the PDF; .pdf is added." value={options.filename} fault={of("filename")} onText={(filename) => set({ filename } as Partial<ReportOptions>)} />
      <Option name="locale" title="Language and region" hint="Of dates, numbers and labels, such as en-GB." list="locales" value={options.locale} fault={of("locale")} onText={(locale) => set({ locale } as Partial<ReportOptions>)} />
      <datalist id="locales">{LOCALES.map((locale) => <option key={locale} value={locale} />)}</datalist>
      {einvoices && <Choice name="einvoice" title="Electronic invoice" hint="Made of the same data, and checked." choices={EINVOICES} value={options.einvoice} fault={of("einvoice")} onText={(einvoice) => set({ einvoice } as Partial<ReportOptions>)} />}
      <Choice name="pdf" title="PDF/A" hint="For archives, which refuse other PDFs." choices={VARIANTS} value={options.pdf?.variant} fault={of("pdf/variant") ?? of("pdf")} onText={(variant) => set({ pdf: variant === undefined ? undefined : { ...options.pdf, variant } } as Partial<ReportOptions>)} />
      <Choice name="attach" title="Attach to the PDF" hint="What the report is made from." choices={[["data", "The data as JSON"]]} value={options.attach?.find((each) => each.source)?.source} fault={of("attach")} onText={(source) => set({ attach: withSource(options, source) } as Partial<ReportOptions>)} />
      <AttachFiles options={options} fault={[...faults].find(([place]) => place.startsWith("/options/attach/"))?.[1]} onChange={(attach) => set({ attach } as Partial<ReportOptions>)} />
      <Option name="email" title="Notify by e-mail" hint="Pressrun sends a link to the report, or the reason why it failed." type="email" value={options.notify?.email} fault={of("notify/email")} onText={(email) => tell({ email } as { email: string })} />
      <Option name="webhook" title="Notify a webhook" hint="An HTTPS URL that gets the event, signed." type="url" value={options.notify?.webhook} fault={of("notify/webhook")} onText={(webhook) => tell({ webhook } as { webhook: string })} />
    </div>
  );
}
