using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The options of boot whose values can be invalid; each error says what was expected.</summary>
internal static class BootOptions
{
    public static Option<string> Protocol()
    {
        var option = new Option<string>("--protocol")
        {
            HelpName = "NAME|FILE",
            Description = "How to repaint, where that is needed: a built-in protocol, or a protocol file (its name "
                + "ends in .protocol or has a /).",
            DefaultValueFactory = _ => RepaintProtocols.IdmapReserved.Name,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ProtocolSource.IsFile(token.Value)
                && NearestName.Same(token.Value, Names) is null)
            {
                result.AddError(
                    $"--protocol: expected {string.Join(", ", Names)}, found {GivenValue.Quoted(token.Value, Names)}"
                    + ProtocolSource.FileHint(token.Value));
            }
        });
        option.CompletionSources.Add(
            _ => RepaintProtocols.All.Select(p => new System.CommandLine.Completions.CompletionItem(p.Name)));
        return option;
    }

    /// <summary>The protocol's name, and the text of its file where it is not built in.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="InputException">The file holds no protocol, or one that grains cannot perform.</exception>
    public static (string Name, string? File) ReadProtocol(string argument, Terminal terminal)
    {
        if (!ProtocolSource.IsFile(argument))
            return (NearestName.Same(argument, Names) ?? argument, null);
        var protocol = ProtocolSource.Find(argument)!;
        if (RunLimits.Refusal(protocol.File) is var (reason, line))
            throw new InputException(argument, line, reason);
        foreach (string warning in protocol.File.Warnings.Concat(PlaceFaults.Warnings(protocol)))
            terminal.Error.WriteLine(OneLine.Message($"warning: {warning}"));
        return (protocol.Name, RepaintProtocols.Find(protocol.Name) is null ? protocol.File.Text : null);
    }

    public static Option<long> Seed(
        string description = "The adversary's seed; the same seed makes the same choices.") => new("--seed")
        {
            HelpName = "N",
            Description = description,
            DefaultValueFactory = _ => 1,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed))
                    result.AddError($"--seed: expected a whole number of 64 bits, found {GivenValue.Quoted(text)}");
                return seed;
            },
        };

    private static IEnumerable<string> Names => RepaintProtocols.All.Select(p => p.Name);
}
