using System.Collections.Frozen;
using System.Globalization;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The value of a system register in words.</summary>
internal static class RegisterValues
{
    private static readonly FrozenDictionary<string, IReadOnlyList<RegisterField>> Fields =
        new Dictionary<string, IReadOnlyList<RegisterField>>
        {
            ["TCR_EL1"] = WalkFields.Tcr,
            ["VTCR_EL2"] = WalkFields.Vtcr,
            ["TTBR0_EL1"] = Root("ASID", large: false),
            ["TTBR1_EL1"] = Root("ASID", large: false),
            ["TTBR0_EL2"] = Root("ASID", large: false),
            ["TTBR1_EL2"] = Root("ASID", large: false),
            ["VTTBR_EL2"] = Root("VMID", large: false),
            ["MAIR_EL1"] = ControlFields.Mair,
            ["MAIR_EL2"] = ControlFields.Mair,
            ["MAIR_EL3"] = ControlFields.Mair,
            ["SCTLR_EL1"] = ControlFields.SctlrEl1,
            ["SCTLR_EL2"] = ControlFields.Sctlr,
            ["SCTLR_EL3"] = ControlFields.Sctlr,
            ["HCR_EL2"] = ControlFields.Hcr,
            ["ID_AA64MMFR0_EL1"] = FeatureFields.Mmfr0,
            ["ID_AA64MMFR1_EL1"] = FeatureFields.Mmfr1,
            ["ID_AA64MMFR2_EL1"] = FeatureFields.Mmfr2,
            ["MIDR_EL1"] =
            [
                new("Revision", 3, 0, value => $"p{value}"),
                new("PartNum", 15, 4, _ => "which core of the implementer"),
                new("Architecture", 19, 16,
                    value => value == 15 ? "the ID registers say which" : "an architecture before ARMv7"),
                new("Variant", 23, 20, value => $"r{value}"),
                new("Implementer", 31, 24, _ => "who made the core"),
            ],
        }.ToFrozenDictionary();

    /// <summary>The registers whose fields are known.</summary>
    public static IEnumerable<string> Names => Fields.Keys.Order();

    /// <summary>The fields of a register, from bit 0 upwards; null if they are not known.</summary>
    public static IReadOnlyList<RegisterField>? FieldsOf(string name) => Fields.GetValueOrDefault(name);

    /// <param name="hasLargeAddresses">Physical addresses have 52 bits, so bits 5:2 of a TTBR are its root's.</param>
    /// <returns>Null if the register's fields are not known.</returns>
    public static Explanation? Explain(SystemRegister register, ulong value, bool hasLargeAddresses)
    {
        string plain = register.Name.Replace("_EL12", "_EL1", StringComparison.Ordinal);
        if (FieldsOf(plain) is not { } fields)
            return null;
        if (hasLargeAddresses && plain.Contains("TTBR", StringComparison.Ordinal))
            fields = Root(fields[^1].Name, large: true);
        ulong unknown = fields.Aggregate(value, (rest, field) => rest & ~field.Mask);
        string summary = Summary(register, value, hasLargeAddresses);
        return new(ExplainedKind.Register, $"{register.Name} = {Hex(value)}", summary)
        {
            Sections =
            [
                new("fields",
                    [.. fields.Select(f => new ExplainedField($"{f}", Number(f, value), f.Says(f.Of(value))))],
                    unknown == 0 ? [] : [$"Bits of other fields: {Hex(unknown)}."]),
            ],
            Rules = [.. register.Labels.Select(ArmRules.Of)],
            Commands = plain == "MIDR_EL1" ? ["mmu cores"] : [],
        };
    }

    private static string Summary(SystemRegister register, ulong value, bool hasLargeAddresses)
    {
        if (register.Name == "MIDR_EL1")
        {
            var midr = new Midr((uint)value);
            return $"{Core.Of(midr).Name} {midr.RevisionName}.";
        }

        return register.Name.Contains("TTBR", StringComparison.Ordinal)
            ? $"{register.Holds} The root's table is at {Ttbr.Of(value, hasLargeAddresses).RootAddress}."
            : register.Holds;
    }

    private static RegisterField[] Root(string id, bool large) =>
    [
        new("CnP", 0, "no other CPU uses its entries", "CPUs with CnP have the same tables and may share entries"),
        new("BADDR", 47, 1, value => $"the root's table is at {Ttbr.Of(value << 1, large).RootAddress}"),
        new(id, 63, 48, value => $"{id} {value}"),
    ];

    private static string Number(RegisterField field, ulong value) => field.High == field.Low
        ? string.Create(CultureInfo.InvariantCulture, $"{field.Of(value)}") : $"0x{field.Of(value):x}";

    private static string Hex(ulong value) => $"0x{value:x16}";
}
