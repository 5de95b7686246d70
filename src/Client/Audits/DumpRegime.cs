using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Audit.Cores;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Client.Audits;

/// <summary>The root and the geometry of a dump: from registers if they have them, else from VMCOREINFO.</summary>
internal static class DumpRegime
{
    /// <param name="file">The dump's name, for errors.</param>
    /// <param name="notes">Receives what was assumed.</param>
    /// <exception cref="UsageException">Nothing says where the root is.</exception>
    /// <exception cref="InputException">A register has an impossible value.</exception>
    public static (UpperRegime Regime, MemoryTypes Types) Of(
        AuditRequest request, string file, VmcoreInfo? info, List<string> notes)
    {
        var registers = request.Registers;
        var types = KernelMemoryTypes.Mair;
        if (registers?.Find(registers.Cpus.First(), "MAIR_EL1") is var (mair, _))
            types = new(mair);
        else
            notes.Add("the dump has no MAIR_EL1: taken as Linux sets it (--registers can give it)");
        if (registers is null || (info is not null && !HasRoot(registers)))
        {
            if (info is null)
                throw new UsageException($"{file}: expected --registers with TTBR1_EL1 and TCR_EL1, found none"
                    + (file.EndsWith(".zst", StringComparison.Ordinal) ? "" : ", and no VMCOREINFO in the dump"));
            if (registers is not null)
                notes.Add($"{request.RegistersFile} lacks TTBR1_EL1 or TCR_EL1: the root is that of VMCOREINFO");
            return (info.Regime(), types);
        }

        try
        {
            var regime = UpperRegime.Of(registers);
            NoteOthers(registers, notes);
            return (regime, types);
        }
        catch (DumpException e)
        {
            throw e.Line is { } line ? new InputException(request.RegistersFile!, line, e.Message)
                : new UsageException($"{request.RegistersFile}: {e.Message}", e);
        }
    }

    private static bool HasRoot(RegisterFile registers) =>
        registers.Find(registers.Cpus.First(), "TTBR1_EL1") is not null
        && registers.Find(registers.Cpus.First(), "TCR_EL1") is not null;

    // In a repaint, or in the idmap, a CPU has another root than swapper_pg_dir.
    private static void NoteOthers(RegisterFile registers, List<string> notes)
    {
        const ulong address = 0x0000_ffff_ffff_fffe;
        int first = registers.Cpus.First();
        ulong root = registers.Require(first, "TTBR1_EL1").Value & address;
        foreach (int cpu in registers.Cpus.Skip(1))
        {
            if (registers.Find(cpu, "TTBR1_EL1") is var (value, _) && (value & address) != root)
            {
                notes.Add($"cpu{cpu} has another TTBR1_EL1 than cpu{first}, whose map is judged");
                return;
            }
        }
    }
}
