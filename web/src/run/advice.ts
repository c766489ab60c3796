import type { Failure } from "../api/types";

const ADVICE: Record<string, string> = {
  malformed_message: "Send the data as JSON.",
  unknown_template: "Choose one of the templates on this page.",
  template_not_live: "Wait until the template's check is over, or mend what it has found. Then retry the report.",
  template_refused: "Mend what the message names in the template, and store it again.",
  misplaced_upload: "Drop the file onto this page, which uploads it to the right place.",
  unsupported_file: "Save it as CSV, Excel (.xlsx), JSON, JSON Lines, JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP, and drop it again.",
  unreadable_file: "Correct the place that the reason names, or export the file again, and drop it once more.",
  wrong_kind_of_data: "Choose another template, or another file.",
  invalid_data: "Correct the places below, and send the data again.",
  invalid_options: "Correct the options below, and send the file again.",
  too_large: "Split the data into several reports.",
  address_not_allowed: "Ask for the report without this address, or ask the operator of Pressrun to allow it.",
  asset_missing: "Upload what the message names by PUT /assets, then retry the report.",
  asset_unusable: "Upload what the message names anew, then ask for the report again.",
  secret_unusable: "Ask the operator of Pressrun to replace this secret, then retry the report.",
  signing_key_missing: "Ask the operator of Pressrun to keep this signing key, then retry the report.",
  signature_misplaced: "Change page, place or size of the visible signature, and ask for the report again.",
  timestamp_not_offered: "Leave the time stamp out, or ask the operator of Pressrun to name an authority.",
  timestamp_unavailable: "Retry it later: no authority has given a time stamp.",
  signing_key_unusable: "Ask the operator of Pressrun to replace this signing key, then retry the report.",
  secret_missing: "Ask the operator of Pressrun to keep this secret, then retry the report.",
  not_accessible: "Correct what the message names in the template, or do not require accessibility.",
  not_archivable: "Correct what the message names, or choose another part or level of PDF/A.",
  einvoice_invalid: "Correct the places below, and send the data again.",
  template_broken: "The template has a fault. Retry the report after it has been corrected.",
  template_out_of_order: "The template has a fault. Retry the report after it has been corrected and deployed.",
  resource_blocked: "Send the picture as part of the data. A document cannot load other files.",
  render_timeout: "Split the data into several reports.",
  render_memory: "Split the data into several reports, or use smaller pictures.",
  too_many_pages: "Split the data into several reports.",
  unprintable_amounts: "Choose another language, or ask the operator of Pressrun to add a font.",
  too_much_work: "Remove unusual parts of the data, such as very complex pictures, and send the data again.",
  quota_exceeded: "Retry it on the next day, or ask the operator of Pressrun to allow more.",
  render_interrupted: "Retry it.",
  input_unavailable: "The input no longer exists. Upload the file again.",
  service_unavailable: "A service did not answer. Retry it.",
  worker_lost: "Retry it. If it fails again, its data may need too much memory.",
  poison: "Something in the data ended the program that made the report, twice. Look at the data where the message says, then send them again.",
  deadline_exceeded: "The queue was too long. Retry it.",
  internal_error: "Retry it. If it fails again, tell the operator of Pressrun the report's id.",
};

/** Return the advice about a failed report. */
export function adviceFor(failure: Failure): string {
  return ADVICE[failure.code] ?? (failure.retryable ? "Retry it." : "Correct the data, and send them again.");
}

/** Return the places that a failure names, if it names any. */
export function violationsOf(failure: Failure): { pointer: string; message: string }[] {
  const named = failure.detail.violations;
  return Array.isArray(named) ? (named as { pointer: string; message: string }[]) : [];
}
