using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>
/// show_pte()'s line: "[ffff000005c00000] pgd=18…, p4d=18…, pud=18…, pmd=18…, pte=0068…". A mail program may
/// have wrapped it.
/// </summary>
internal static partial class OopsWalkLine
{
    private static readonly string[] Names = ["pgd", "p4d", "pud", "pmd", "pte"];

    /// <param name="at">The index of the line.</param>
    /// <exception cref="InputException">The levels are out of order, or a value is no descriptor.</exception>
    public static ImmutableArray<OopsEntry> Read(string source, int at, string[] lines)
    {
        var entries = ImmutableArray.CreateBuilder<OopsEntry>();
        int level = -1;
        int line = at;
        do
        {
            foreach (Match entry in Entry().Matches(lines[line]))
            {
                string name = entry.Groups["name"].Value;
                int found = Array.IndexOf(Names, name);
                if (found <= level)
                {
                    throw new InputException(
                        source, line + 1, $"expected the levels in the order {string.Join(", ", Names)}, found " +
                        $"{name} behind {Names[level]}");
                }

                if (entry.Groups["value"].Value is not { Length: 16 } digits)
                {
                    throw new InputException(
                        source, line + 1, $"expected 16 hexadecimal digits behind {name}=, found " +
                        $"\"{entry.Groups["value"].Value}\"");
                }

                entries.Add(new(name, new Descriptor(ulong.Parse(
                    digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))));
                level = found;
            }
        }
        while (++line < lines.Length && line <= at + Names.Length && Continues(lines[line - 1], lines[line]));

        return entries.ToImmutable();
    }

    private static bool Continues(string before, string next) =>
        before.TrimEnd().EndsWith(',') && Continuation().IsMatch(next);

    [GeneratedRegex("\\b(?<name>pgd|p4d|pud|pmd|pte)=(?<value>[0-9a-fA-F]*)")]
    private static partial Regex Entry();

    [GeneratedRegex("^[^=]{0,80}\\b(?:p4d|pud|pmd|pte)=[0-9a-f]")]
    private static partial Regex Continuation();
}
