"""The places in the data that numbers of EN 16931 come from; in those of a line, ``{}`` is its index."""

from __future__ import annotations

PLACES = {
    **{"BT-1": "/invoice/number", "BT-2": "/invoice/date", "BT-5": "/currency", "BT-9": "/invoice/due"},
    **{"BT-6": "/tax_currency/currency", "BT-111": "/tax_currency/rate"},
    **{"BT-10": "/invoice/buyer_reference", "BT-11": "/invoice/project", "BT-12": "/invoice/contract"},
    **{"BT-13": "/invoice/order", "BT-16": "/invoice/despatch", "BT-17": "/invoice/tender"},
    **{"BT-19": "/invoice/cost_center", "BT-20": "/payment/terms", "BT-22": "/notes", "BT-25": "/invoice/preceding"},
    **{"BT-26": "/invoice/preceding", "BT-27": "/seller/name", "BT-30": "/seller/register_id"},
    **{"BT-31": "/seller/vat_id", "BT-32": "/seller/tax_number", "BT-34": "/seller/endpoint"},
    **{"BT-35": "/seller/street", "BT-37": "/seller/city", "BT-38": "/seller/postcode"},
    **{"BT-40": "/seller/country_code", "BT-41": "/invoice/contact", "BT-42": "/seller/phone"},
    **{"BT-43": "/seller/email", "BT-44": "/buyer/name", "BT-46": "/invoice/customer", "BT-48": "/buyer/vat_id"},
    **{"BT-49": "/buyer/endpoint", "BT-50": "/buyer/street", "BT-52": "/buyer/city", "BT-53": "/buyer/postcode"},
    **{"BT-55": "/buyer/country_code", "BT-72": "/invoice/delivery_date", "BT-73": "/invoice/period/start"},
    **{"BT-74": "/invoice/period/end", "BT-77": "/invoice/delivery_city", "BT-78": "/invoice/delivery_postcode"},
    **{"BT-80": "/invoice/delivery_country", "BT-81": "/payment/means"},
    **{"BT-83": "/payment/reference", "BT-84": "/seller/iban", "BT-86": "/seller/bic", "BT-89": "/payment/mandate"},
    **{"BT-90": "/payment/creditor_id", "BT-91": "/payment/debited_iban", "BT-114": "/round_due_to"},
    **{"BT-120": "/tax_reason", "BT-121": "/tax_reason", "BT-97": "/discounts", "BT-104": "/charges"},
    **{"BT-127": "/lines/{}/note", "BT-129": "/lines/{}/quantity", "BT-130": "/lines/{}/unit_code"},
    **{"BT-146": "/lines/{}/price", "BT-151": "/lines/{}/tax_category", "BT-152": "/lines/{}/tax_rate"},
    **{"BG-5": "/seller/country_code", "BG-6": "/invoice/contact", "BG-8": "/buyer/country_code"},
    **{"BG-16": "/payment/means", "BG-17": "/seller/iban", "BG-19": "/payment/mandate"},
    **{"BT-153": "/lines/{}/name", "BT-155": "/lines/{}/sku"},
}
