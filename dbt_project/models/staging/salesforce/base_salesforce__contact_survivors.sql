-- One row per contact that lost a merge: the contact that it has become, however many merges later.
{{ salesforce_survivors('contact') }}
