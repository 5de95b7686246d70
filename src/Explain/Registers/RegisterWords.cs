using System.Text.RegularExpressions;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>A system register, or the MSR or MRS that writes or reads it, in words.</summary>
internal static partial class RegisterWords
{
    /// <summary>
    /// The register that a text names: "TCR_EL1", "HCR_EL2.E2H", "msr tcr_el1, x0", "mrs x0, tcr_el1",
    /// "write_sysreg(x, tcr_el1)".
    /// </summary>
    /// <returns>Null if the text names no register that is known.</returns>
    public static Explanation? Find(string text)
    {
        if (Form().Match(text) is not { Success: true } match
            || SystemRegisters.Find(match.Groups["register"].Value) is not { } register)
        {
            return null;
        }

        string verb = match.Groups["verb"].Value.ToLowerInvariant();
        string subject = verb switch
        {
            "" => register.Name,
            "msr" or "write_sysreg" or "write_sysreg_s" => $"msr {register.Name.ToLowerInvariant()}",
            _ => $"mrs {register.Name.ToLowerInvariant()}",
        };
        string reads = subject.StartsWith("mrs", StringComparison.Ordinal) ? "Reads the register. " : "";
        string effect = register.Effect.Length == 0 || reads.Length > 0 ? "" : $" {register.Effect}";
        return new(ExplainedKind.Register, subject, $"{reads}{register.Holds}{effect}")
        {
            Sections = register.Fields.IsEmpty ? []
                : [new("fields", [.. register.Fields.Select(f => new ExplainedField(f.Field, "", f.Says))], [])],
            Rules = [.. register.Labels.Select(ArmRules.Of)],
        };
    }

    [GeneratedRegex(
        "^(?:(?<verb>msr) )?(?<register>[a-z0-9]+(?:_[a-z0-9]+)*)(?:\\.[a-z0-9]+|, .+)?$"
            + "|^(?<verb>mrs) (?:[xw][0-9]+, |xzr, )?(?<register>[a-z0-9_]+)$"
            + "|^(?<verb>read_sysreg|read_sysreg_s) ?\\( ?(?:sys_)?(?<register>[a-z0-9_]+) ?\\)$"
            + "|^(?<verb>write_sysreg|write_sysreg_s) ?\\(.+, (?:sys_)?(?<register>[a-z0-9_]+) ?\\)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
