-- One row per account that lost a merge: the account that it has become, however many merges later.
{{ salesforce_survivors('account') }}
