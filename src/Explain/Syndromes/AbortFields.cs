using System.Globalization;
using Orleans.Mmu.Explain.Answers;

namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>The syndrome of a data or instruction abort, field by field (DDI0487, ESR_EL1, ISS and ISS2).</summary>
internal static class AbortFields
{
    // Overlay, AssuredOnly and DirtyBit.
    private const uint CausesOfPermissionFaults = 0xe0;

    private static readonly (int Bit, string Name, string Meaning)[] OfDataAborts =
    [
        (11, "HDBSSF", "the buffer for dirty state of stage 2 is full or faulted (FEAT_HDBSS)"),
        (10, "TnD", "the access was one of a memory tag"),
        (9, "TagAccess", "stage 2 forbids accesses of memory tags"),
        (8, "GCS", "an access of the guarded control stack"),
    ];

    private static readonly (int Bit, string Name, string Meaning)[] OfPermissionFaults =
    [
        (7, "AssuredOnly", "stage 2 permits accesses only through an assured translation (FEAT_THE)"),
        (6, "Overlay", "the permission overlay of the entry forbids the access (FEAT_S1POE)"),
        (5, "DirtyBit", "the entry is writable and clean, and hardware did not set its dirty state"),
    ];

    public static IEnumerable<ExplainedField> Of(ExceptionSyndrome esr)
    {
        yield return new(esr.IsDataAbort ? "DFSC" : "IFSC", Hex((ulong)esr.Fault.Code), esr.Fault.Text);
        if (esr.IsDataAbort)
        {
            foreach (var field in OfDataAbort(esr))
                yield return field;
        }

        if (esr.OnWalkOfStage1)
            yield return new("S1PTW", "1", "stage 2 faulted while stage 1 was walked: the level is stage 2's");
        if (Has(esr.Iss, 9))
            yield return new("EA", "1", "external abort type, as the CPU's manual defines it");
        if (esr.AddressIsInvalid)
            yield return new("FnV", "1", "FAR does not hold the address");
        if (esr.Fault.Kind == FaultKind.External)
            yield return new("SET", Bits(esr.Iss >> 11 & 3), StateOf(esr.Iss >> 11 & 3));
        foreach (var field in Iss2(esr))
            yield return field;
    }

    private static IEnumerable<ExplainedField> OfDataAbort(ExceptionSyndrome esr)
    {
        yield return new("WnR", esr.IsWrite ? "1" : "0", (esr.OnWalkOfStage1, esr.IsWrite) switch
        {
            (true, true) => "the walk was to update a descriptor",
            (true, false) => "the walk was to read a descriptor",
            (false, true) => "a write",
            (false, false) => "a read",
        });
        if (esr.IsCacheMaintenance)
            yield return new("CM", "1", "a cache maintenance or address translation instruction");
        if (Has(esr.Iss, 13))
            yield return new(
                "VNCR", "1", "an access of VNCR_EL2's page in place of a register (nested virtualization)");
        if (!Has(esr.Iss, 24))
            yield break;
        yield return new("ISV", "1", string.Create(CultureInfo.InvariantCulture,
            $"{1 << (int)(esr.Iss >> 22 & 3)} bytes, register {(Has(esr.Iss, 15) ? 'x' : 'w')}{esr.Iss >> 16 & 0x1f}")
            + (Has(esr.Iss, 21) ? ", sign-extended" : "") + (Has(esr.Iss, 14) ? ", acquire or release" : ""));
    }

    private static IEnumerable<ExplainedField> Iss2(ExceptionSyndrome esr)
    {
        uint rest = esr.Iss2;
        bool isPermission = esr.Fault.Kind == FaultKind.Permission;
        foreach (var (bit, name, meaning) in (IEnumerable<(int, string, string)>)
            [.. esr.IsDataAbort ? OfDataAborts : [], .. isPermission ? OfPermissionFaults : []])
        {
            if (!Has(rest, bit))
                continue;
            rest &= ~(1u << bit);
            yield return new(name, "1", meaning);
        }

        if (esr.IsDataAbort && (rest & 0x1f) != 0)
        {
            yield return new("Xs", Hex(rest & 0x1f), "the register that ST64BV or ST64BV0 writes its status to");
            rest &= ~0x1fu;
        }

        if (rest != 0)
            yield return new("ISS2", Hex(rest), "other bits, which are reserved or newer");
    }

    /// <summary>Why a permission fault does not come from the descriptor alone; null where nothing says so.</summary>
    public static string? CauseBesideDescriptor(ExceptionSyndrome esr) =>
        esr is not { IsFaultOfStage1: true, Fault.Kind: FaultKind.Permission }
        || (esr.Iss2 & CausesOfPermissionFaults) == 0 ? null
        : Has(esr.Iss2, 6) ? "The translation is valid, and the permission overlay that its POIndex selects in POR_EL0 "
            + "or POR_EL1 forbids the access (Linux: protection keys). A change of that register needs no TLBI."
        : Has(esr.Iss2, 5) ? "The translation is valid, writable and clean: software or hardware has to set its dirty "
            + "state before the store."
        : "The translation is valid, and stage 2 demands an assured translation (FEAT_THE), which it is not.";

    private static string StateOf(uint set) => set switch
    {
        0 => "recoverable (UER)",
        2 => "uncontainable (UC)",
        3 => "restartable (UEO)",
        _ => "reserved",
    };

    private static bool Has(uint bits, int bit) => (bits >> bit & 1) != 0;

    private static string Bits(uint value) => "0b" + Convert.ToString(value, 2).PadLeft(2, '0');

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
