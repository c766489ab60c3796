import Form from "@rjsf/core/lib/components/Form.js";
import type { RJSFSchema } from "@rjsf/utils";
import { useMemo, useRef } from "preact/hooks";
import type { Template } from "../api/types";
import { GridField, type GridContext } from "./grid-field";
import { forForm, uiOf } from "./schema";
import { templates } from "./templates";
import { errorSchemaOf, validator } from "./validator";
import { BaseInput, Checkbox, Picture, Select, Textarea } from "./widgets";

const WIDGETS = { SelectWidget: Select, TextareaWidget: Textarea, CheckboxWidget: Checkbox, picture: Picture, textarea: Textarea };
const FIELDS = { grid: GridField };
const TEMPLATES = { ...templates, BaseInputTemplate: BaseInput };

interface Props extends GridContext {
  template: Template;
  data: unknown;
  onChange(data: unknown): void;
}

/** A form made from a template's JSON Schema. */
export function DataForm({ template, data, faults, isSample, onPasted, onChange }: Props) {
  const schema = useMemo(() => forForm(template), [template]);
  const ui = useMemo(() => uiOf(template.schema), [template]);
  const latest = useRef(onPasted);
  latest.current = onPasted;
  const context = useMemo((): GridContext => ({ faults, isSample, onPasted: (...given) => latest.current(...given) }), [faults, isSample]);
  const errors = useMemo(() => errorSchemaOf(faults), [faults]);
  return (
    <Form
      key={template.name}
      tagName="div"
      schema={schema as RJSFSchema}
      uiSchema={ui}
      formData={data}
      formContext={context}
      extraErrors={errors}
      validator={validator}
      widgets={WIDGETS}
      fields={FIELDS as never}
      templates={TEMPLATES as never}
      idPrefix="data"
      noHtml5Validate
      showErrorList={false}
      experimental_defaultFormStateBehavior={{ emptyObjectFields: "skipDefaults", arrayMinItems: { populate: "never" } }}
      onChange={(event) => onChange(event.formData)}
    >
      <></>
    </Form>
  );
}
