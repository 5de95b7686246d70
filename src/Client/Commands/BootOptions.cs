using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The options of boot whose values can be invalid; each error says what was expected.</summary>
internal static class BootOptions
{
    public static Option<string> Protocol()
    {
        var option = new Option<string>("--protocol")
        {
            HelpName = "NAME",
            Description = "How to repaint, where that is needed.",
            DefaultValueFactory = _ => RepaintProtocols.IdmapReserved.Name,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && RepaintProtocols.Find(token.Value) is null)
                result.AddError($"--protocol: expected {Names}, found {token.Value}");
        });
        option.CompletionSources.Add(
            _ => RepaintProtocols.All.Select(p => new System.CommandLine.Completions.CompletionItem(p.Name)));
        return option;
    }

    public static Option<long> Seed() => new("--seed")
    {
        HelpName = "N",
        Description = "The adversary's seed; the same seed makes the same choices.",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed))
                result.AddError($"--seed: expected a whole number of 64 bits, found {text}");
            return seed;
        },
    };

    private static string Names => string.Join(", ", RepaintProtocols.All.Select(p => p.Name));
}
