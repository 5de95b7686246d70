using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>What registers and words hold before a test begins.</summary>
internal static partial class InitText
{
    public static (Dictionary<int, Dictionary<int, Value>> Registers, Dictionary<Location, Value> Memory) Read(
        string text)
    {
        Dictionary<int, Dictionary<int, Value>> registers = [];
        Dictionary<Location, Value> memory = [];
        foreach (var statement in Pieces.Of(text, ';').Where(each => each.Length > 0))
        {
            var match = Statement().Match(statement);
            if (!match.Success || match.Groups["name"].Value.Contains('[')
                && match.Groups["name"].Value[0] != '[')
                throw new NotExpressibleException($"initial {statement}");
            var (name, value) = (match.Groups["name"].Value.Trim(), match.Groups["value"].Value.Trim());
            if (RegisterName().Match(name) is { Success: true } register)
            {
                var cpu = int.Parse(register.Groups[1].Value, CultureInfo.InvariantCulture);
                if (!registers.TryGetValue(cpu, out var ofCpu))
                    registers[cpu] = ofCpu = [];
                ofCpu[int.Parse(register.Groups[2].Value, CultureInfo.InvariantCulture)] =
                    value.Length == 0 ? Value.Zero : ValueText.Read(value);
                continue;
            }
            var location = ValueText.ReadLocation(name);
            memory[location] = location.Kind == LocationKind.Descriptor && value.StartsWith('(')
                ? new Value.Entry(ValueText.ReadDescriptor(value, location.Page))
                : value.Length == 0 ? Value.Zero : ValueText.Read(value);
        }
        return (registers, memory);
    }

    [GeneratedRegex(
        @"^(?:(?:u?int(?:8|16|32|64)?_t|int|pteval_t)\s+)?(?<name>[^=]+?)\s*(?:=(?<value>.*))?$",
        RegexOptions.Singleline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^P?(\d+):\s*[XWxw](\d+)$")]
    private static partial Regex RegisterName();
}
