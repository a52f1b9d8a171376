# One row for each library and mode, of the rows that the jobs wrote; as docs/clients.md has it. Ends with 1 if a step failed.
$1 == "SKIPPED" { skipped[++skips] = "| " $2 " | | | | skipped: " $7 " |"; next }
{
    row = "| " $2 " | " $3 " | " $4 " | "
    if (!(row in seen)) { seen[row] = 1; rows[++n] = row }
    if ($6 == "ok") worked[row] = worked[row] (worked[row] ? ", " : "") $5
    else { failed[row] = failed[row] (failed[row] ? ", " : "") $5; failures++ }
}
END {
    print "| library | version | mode | worked | failed |"
    print "| --- | --- | --- | --- | --- |"
    for (i = 1; i <= n; i++) print rows[i] worked[rows[i]] " | " failed[rows[i]] " |"
    for (i = 1; i <= skips; i++) print skipped[i]
    exit failures > 0
}
