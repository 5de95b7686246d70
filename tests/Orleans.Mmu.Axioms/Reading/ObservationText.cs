using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>What a test's locations and condition name: the shown part of a final state.</summary>
internal static partial class ObservationText
{
    public static Observation Read(string locations, string condition)
    {
        var registers = new HashSet<(int, int)>();
        var words = new HashSet<Location>();
        var faults = new List<FaultAtom>();
        foreach (Match match in FaultName().Matches(locations + " " + condition))
            faults.Add(ReadFault(match.Groups[1].Value));
        var rest = Keyword().Replace(FaultName().Replace(condition, ""), " ");
        foreach (Match match in RegisterName().Matches(rest))
            registers.Add(ReadRegister(match));
        foreach (Match match in WordName().Matches(RegisterName().Replace(rest, "")))
            words.Add(ValueText.ReadLocation(match.Groups[1].Value));
        foreach (var each in Pieces.Of(FaultName().Replace(locations, ""), ';').Where(each => each.Length > 0))
        {
            if (RegisterName().Match(each) is { Success: true } register)
                registers.Add(ReadRegister(register));
            else
                words.Add(ValueText.ReadLocation(each));
        }
        return new Observation([.. registers], [.. words], faults);
    }

    private static (int, int) ReadRegister(Match match) =>
        (Integer(match.Groups[1].Value), Integer(match.Groups[2].Value));

    private static FaultAtom ReadFault(string text)
    {
        var parts = Pieces.Of(text, ',');
        var where = parts[0].Split(':');
        var type = parts.FirstOrDefault(part => part.Contains("MMU:", StringComparison.Ordinal)
            || part is "SupervisorCall" or "UndefinedInstruction");
        var page = parts.Skip(1)
            .FirstOrDefault(part => part != type && !part.Contains("MMU", StringComparison.Ordinal));
        return new FaultAtom(
            Integer(where[0].TrimStart('P')), where.Length > 1 ? where[1].Trim() : null, page,
            type?[(type.LastIndexOf(':') + 1)..]);
    }

    private static int Integer(string text) => int.Parse(text.Trim(), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[Ff]ault\s*\(((?:[^()]|\([^()]*\))*)\)")]
    private static partial Regex FaultName();

    [GeneratedRegex(@"\b(?:exists|forall|not|filter|true|false)\b")]
    private static partial Regex Keyword();

    [GeneratedRegex(@"P?(\d+):\s*[XWxw](\d+)")]
    private static partial Regex RegisterName();

    [GeneratedRegex(@"(?<![:\w=])((?:PTE|TTD)\(\w+\)|\[[^\]]+\]|[A-Za-z_]\w*)\s*=")]
    private static partial Regex WordName();
}
