using System.Globalization;
using Orleans.Mmu.Explain.Answers;

namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>The syndrome of an SError (DDI0487, ESR_ELx, ISS encoding for an SError interrupt).</summary>
internal static class SErrorWords
{
    private const int Asynchronous = 0x11;

    public static string Summary(ExceptionSyndrome esr) =>
        $"An SError{State(esr)}: memory or a device answered with an error, some time after the access. There is no "
        + "address and no walk, and the instruction that it interrupted need not be the one that caused it.";

    public static IEnumerable<ExplainedField> Fields(ExceptionSyndrome esr)
    {
        if (IsImplementationDefined(esr))
        {
            yield return new("IDS", "1", "the rest is as the CPU's manual defines it");
            yield return new("ISS", Hex(esr.Iss & 0xffffff), "implementation defined");
            yield break;
        }

        int code = esr.Fault.Code;
        yield return new("DFSC", Hex((ulong)code), code switch
        {
            0 => "uncategorized",
            Asynchronous => "asynchronous SError",
            _ => "reserved",
        });
        if (code != Asynchronous)
            yield break;
        yield return new("AET", Hex(esr.Iss >> 10 & 7), Aet(esr));
        yield return new("EA", Hex(esr.Iss >> 9 & 1), "external abort type, as the CPU's manual defines it");
        yield return new("IESB", Hex(esr.Iss >> 13 & 1), (esr.Iss >> 13 & 1) != 0
            ? "an implicit error synchronization took it" : "no implicit error synchronization took it");
    }

    private static bool IsImplementationDefined(ExceptionSyndrome esr) => (esr.Iss >> 24 & 1) != 0;

    private static string State(ExceptionSyndrome esr) =>
        !IsImplementationDefined(esr) && esr.Fault.Code == Asynchronous ? $" ({Aet(esr)})" : "";

    private static string Aet(ExceptionSyndrome esr) => (esr.Iss >> 10 & 7) switch
    {
        0 => "uncontainable",
        1 => "unrecoverable",
        2 => "restartable",
        3 => "recoverable",
        6 => "corrected",
        _ => "reserved",
    };

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
