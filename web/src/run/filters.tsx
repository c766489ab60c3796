import { STATUSES, type TemplateSummary } from "../api/types";
import { STATUS_WORDS } from "../ui/chip";
import type { Filter } from "./use-reports";

interface Props {
  filter: Filter;
  templates: TemplateSummary[];
  onFilter(filter: Filter): void;
}

export function Filters({ filter, templates, onFilter }: Props) {
  const statuses: [string, string][] = [["", "All"], ...STATUSES.map((status): [string, string] => [status, STATUS_WORDS[status]])];
  return (
    <div class="filters">
      <div class="segments" role="radiogroup" aria-label="Status">
        {statuses.map(([status, word]) => (
          <label key={status} class={filter.status === status ? "is-chosen" : ""}>
            <input type="radio" class="sr" name="status" checked={filter.status === status} onChange={() => onFilter({ ...filter, status })} />
            {word}
          </label>
        ))}
      </div>
      <label class="filter-template">
        <span class="sr">Template of the reports</span>
        <select value={filter.template} onChange={({ currentTarget }) => onFilter({ ...filter, template: currentTarget.value })}>
          <option value="">All templates</option>
          {templates.map((template) => <option key={template.name} value={template.name}>{template.title}</option>)}
        </select>
      </label>
    </div>
  );
}
