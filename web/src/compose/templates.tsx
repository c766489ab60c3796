import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
} from "@rjsf/utils";
import { Hint } from "../ui/hint";
import { Icon } from "../ui/icons";

const NONE = () => null;

function Field({ id, label, required, rawDescription, rawErrors, hidden, children, schema, displayLabel }: FieldTemplateProps) {
  if (hidden) return null;
  // What has parts brings its own heading.
  if (schema.type === "object" || schema.type === "array") return <div class="field-wide">{children}</div>;
  const isTall = Number(schema.maxLength ?? 0) >= 300 || String(schema.pattern ?? "").startsWith("^data:image/");
  return (
    <div class={`field ${isTall ? "field-wide" : ""} ${rawErrors?.length ? "has-fault" : ""}`}>
      {displayLabel !== false && label && (
        <label for={id}>
          {label}
          {required && <span class="needed" aria-hidden="true"> *</span>}
        </label>
      )}
      {children}
      <p class="fault" id={`${id}__fault`}>{rawErrors?.join(" ")}</p>
      {rawDescription && <Hint id={`${id}__hint`} text={rawDescription} />}
    </div>
  );
}

function ObjectField({ title, description, properties, fieldPathId, required }: ObjectFieldTemplateProps) {
  const parts = <div class="fields">{properties.map((property) => property.content)}</div>;
  if (fieldPathId.path.length === 0) return parts;
  return (
    <fieldset class="part" id={fieldPathId.$id}>
      <legend>
        {title}
        {required && <span class="needed" aria-hidden="true"> *</span>}
      </legend>
      {typeof description === "string" && <Hint text={description} />}
      {parts}
    </fieldset>
  );
}

function ArrayField({ title, schema, items, canAdd, onAddClick, required, fieldPathId }: ArrayFieldTemplateProps) {
  return (
    <fieldset class="part list-field" id={fieldPathId.$id}>
      <legend>
        {title}
        {required && <span class="needed" aria-hidden="true"> *</span>}
      </legend>
      {schema.description && <Hint text={schema.description} />}
      <ol>{items}</ol>
      {canAdd && <button type="button" class="quiet" onClick={onAddClick}><Icon name="plus" /> Add</button>}
    </fieldset>
  );
}

function ArrayItem({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem } = buttonsProps;
  const place = index + 1;
  return (
    <li class="list-item">
      {children}
      <span class="list-buttons">
        <button type="button" class="icon-button small" aria-label={`Move ${place} up`} disabled={!hasMoveUp} onClick={onMoveUpItem}><Icon name="up" /></button>
        <button type="button" class="icon-button small" aria-label={`Move ${place} down`} disabled={!hasMoveDown} onClick={onMoveDownItem}><Icon name="down" /></button>
        <button type="button" class="icon-button small" aria-label={`Remove ${place}`} disabled={!hasRemove} onClick={onRemoveItem}><Icon name="close" /></button>
      </span>
    </li>
  );
}

/** How the library's parts look here. Hints and errors are shown by Field, in one place. */
export const templates = {
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectField,
  ArrayFieldTemplate: ArrayField,
  ArrayFieldItemTemplate: ArrayItem,
  DescriptionFieldTemplate: NONE,
  FieldErrorTemplate: NONE,
  FieldHelpTemplate: NONE,
  ErrorListTemplate: NONE,
  TitleFieldTemplate: NONE,
};
