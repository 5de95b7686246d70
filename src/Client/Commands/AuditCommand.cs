using System.CommandLine;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Client.Audits;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu audit: judges the tables of a real kernel.</summary>
internal static class AuditCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new AuditOptions();
        var command = new Command("audit", "Judges a kernel's tables: a ptdump, dumped tables, a vmcore, raw memory.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var reports = options.Reports.Open(parsed);
            var page = parsed.GetValue(options.Html) is { } pageName ? HtmlOption.Open(pageName) : null;
            return await Task.Run(async () =>
            {
                var request = options.Read(parsed, terminal);
                var report = AuditedDump.Judge(request, cancellationToken);
                // A map may differ from a machine's in a million places.
                if (reports.AreAsked)
                    reports.Write("audit", JudgedCases.AuditRules, JudgedCases.Of(request.File, report));
                if (parsed.GetValue(options.Json))
                    terminal.Out.Write(AuditJson.Render(report));
                else
                    terminal.WriteText(AuditText.Render(request.File, report, terminal.Style));
                page?.Write(await AuditHtml.RenderAsync(request.File, report));
                return VerdictWords.Of(report.IsWrong).Code();
            }, cancellationToken).WaitAsync(cancellationToken);
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteRules(output, AuditRule.All.Select(r => (r.Name, r.Meaning)));
            HelpSections.WriteAuditExitCodes(output);
            HelpSections.WriteExamples(output,
                "mmu audit kernel_page_tables",
                "mmu audit vmcore --json",
                "mmu audit tables.bin.zst --registers registers.txt --machine machine.json",
                "mmu audit memory.elf --registers registers.txt --sarif findings.sarif",
                "mmu audit ram.bin --base 0x40000000 --registers registers.txt",
                "ssh HOST cat /sys/kernel/debug/kernel_page_tables | mmu audit -");
        });
        return command;
    }
}
