using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>Why a machine boots in its mode.</summary>
public abstract record ModeReason
{
    private const string SplitsSince = "6.18";

    private ModeReason()
    {
    }

    /// <summary>The mode that follows.</summary>
    public abstract BootMode Mode { get; }

    /// <summary>The reason in one sentence, without a full stop.</summary>
    public abstract string Sentence { get; }

    /// <summary>The reason of a machine's mode, which is the mode that <see cref="PaintDecision"/> gives.</summary>
    public static ModeReason Of(MachineDescription machine)
    {
        var rules = machine.Rules;
        var need = PermissionNeed.Of(machine);
        if (!need.Exists)
            return new NoNeed(
                need, rules.RodataOnIsFull, EarlyKfencePool.Of(machine) is not null, machine.Realm is not null);
        if (need.DebugPagealloc)
            return new UnmapsFreePages();
        if (!rules.SplitsLinearMap)
            return new NeverSplits(rules.Version, need);
        var boot = CpuTrust.Of(machine, 0);
        if (!boot.IsTrusted)
            return new UntrustedBootCpu(boot, need);
        List<int> untrusted = [.. Enumerable.Range(1, machine.Cpus.Length - 1)
            .Where(cpu => !machine.Cpus[cpu].Late && !machine.Cpus[cpu].KernelTrusts(rules))];
        return untrusted is [var first, .. var others]
            ? new UntrustedSecondary(boot, CpuTrust.Of(machine, first), others.Count, need)
            : new EveryCpuSplits(boot, machine.Cpus.Count(c => !c.Late), need);
    }

    /// <summary>Permissions of single pages never change, so no leaf is ever split.</summary>
    /// <param name="HasPool">KFENCE's pool is taken early, and is mapped by pages in every mode.</param>
    /// <param name="InRealm">
    /// The kernel runs in a realm, which it finds out after map_mem() (arm64_rsi_init).
    /// </param>
    public sealed record NoNeed(PermissionNeed Need, bool RodataOnIsFull, bool HasPool, bool InRealm) : ModeReason
    {
        public override BootMode Mode => BootMode.Block;

        public override string Sentence =>
            Need.Sentence(RodataOnIsFull) + (HasPool ? " but KFENCE's, which are reserved early" : "")
            + (InRealm ? " before the kernel knows that it is in a realm" : "") + ": large leaves, which stay";
    }

    /// <summary>debug_pagealloc=on, which unmaps pages where nothing can be split.</summary>
    public sealed record UnmapsFreePages : ModeReason
    {
        public override BootMode Mode => BootMode.Page;

        public override string Sentence =>
            "debug_pagealloc=on unmaps free pages where the kernel cannot split a leaf: pages from the start";
    }

    /// <summary>The version splits no leaf of the linear map.</summary>
    public sealed record NeverSplits(KernelVersion Version, PermissionNeed Need) : ModeReason
    {
        public override BootMode Mode => BootMode.Page;

        public override string Sentence =>
            $"{Version} splits no leaf of the linear map (kernels do since {SplitsSince}): pages from the start, "
            + $"because {Need.Sentence(rodataOnIsFull: false)}";
    }

    /// <summary>The boot CPU may not split.</summary>
    public sealed record UntrustedBootCpu(CpuTrust Boot, PermissionNeed Need) : ModeReason
    {
        public override BootMode Mode => BootMode.Page;

        public override string Sentence =>
            $"{Boot.Sentence}: pages from the start, because {Need.Sentence(rodataOnIsFull: true)}";
    }

    /// <summary>The boot CPU may split, and a secondary may not.</summary>
    /// <param name="Secondary">The first secondary that may not.</param>
    /// <param name="Others">The number of other secondaries that may not.</param>
    public sealed record UntrustedSecondary(CpuTrust Boot, CpuTrust Secondary, int Others, PermissionNeed Need)
        : ModeReason
    {
        public override BootMode Mode => BootMode.Repaint;

        public override string Sentence =>
            $"{Boot.Sentence}, {Secondary.Sentence}{More}: large leaves first, then a repaint to pages, because "
            + Need.Sentence(rodataOnIsFull: true);

        private string More =>
            Others == 0 ? "" : $" (nor {(Others == 1 ? "is 1 more CPU" : $"are {Others} more CPUs")})";
    }

    /// <summary>Every CPU that boot brings up may split.</summary>
    /// <param name="Cpus">Their number.</param>
    public sealed record EveryCpuSplits(CpuTrust Boot, int Cpus, PermissionNeed Need) : ModeReason
    {
        public override BootMode Mode => BootMode.Block;

        public override string Sentence =>
            $"{Boot.Sentence}{(Cpus == 1 ? "" : ", and every other CPU that booted with it may split too")}: "
            + $"large leaves, which are split where {Need.Sentence(rodataOnIsFull: true)}";
    }

    /// <summary>A repaint that was asked for, of a map that could stay.</summary>
    /// <param name="Otherwise">Why the machine would not repaint.</param>
    public sealed record AskedFor(ModeReason Otherwise) : ModeReason
    {
        public override BootMode Mode => BootMode.Repaint;

        public override string Sentence => $"a repaint was asked for; without that: {Otherwise.Sentence}";
    }
}
