using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>How many machines a silo takes on at once.</summary>
public sealed class AdmissionTests
{
    private const long Mega = 1 << 20;

    private static readonly MachineDescription Machine =
        MachineFile.Parse("asymmetric", BuiltInMachines.Find("asymmetric")!);

    private static readonly long Need = BootAdmission.NeedOf(Machine);

    [Fact]
    public async Task One_boots_one_waits_and_the_third_is_refused()
    {
        using var admission = Admission(new() { BootsAtOnce = 1, BootsWaiting = 1 });
        var first = await admission.EnterAsync(Machine, CancellationToken.None);
        var second = admission.EnterAsync(Machine, CancellationToken.None);
        var third = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            "asymmetric: the silo boots 1 machines and 1 wait; it takes no more until some are done (try again later)",
            third.Refusal);
        Assert.Null(third.Place);
        Assert.False(second.IsCompleted);
        first.Place!.Dispose();
        Assert.NotNull((await second).Place);
    }

    [Fact]
    public async Task Who_goes_while_it_waits_leaves_its_place_in_the_line()
    {
        using var admission = Admission(new() { BootsAtOnce = 1, BootsWaiting = 1 });
        var first = await admission.EnterAsync(Machine, CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var second = admission.EnterAsync(Machine, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        var third = admission.EnterAsync(Machine, CancellationToken.None);
        Assert.False(third.IsCompleted);
        first.Place!.Dispose();
        Assert.Null((await third).Refusal);
    }

    [Fact]
    public async Task The_memory_of_all_that_boot_and_wait_is_bounded()
    {
        using var admission = Admission(new() { BootMemory = Need * 3 / 2 });
        var first = await admission.EnterAsync(Machine, CancellationToken.None);
        var second = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            $"asymmetric: the machines that boot and wait take {Need / Mega} of the {Need * 3 / 2 / Mega} MB that "
            + $"this silo has for boots, and this one needs about {Need / Mega} MB (try again later)", second.Refusal);
        first.Place!.Dispose();
        first.Place.Dispose();
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Place);
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Refusal);
    }

    [Fact]
    public async Task A_machine_that_no_boot_can_have_memory_for_is_refused_at_once()
    {
        using var admission = Admission(new() { BootMemory = Need - 1 });
        var answer = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            $"asymmetric: expected a machine that boots in the {(Need - 1) / Mega} MB that this silo has for boots, "
            + $"found one that needs about {Need / Mega} MB", answer.Refusal);
    }

    [Fact]
    public async Task What_machines_that_have_booted_still_hold_counts()
    {
        long used = 0;
        using var admission = new BootAdmission(Options.Create(new MmuOptions()), () => (used, 1024 * Mega));
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Place);
        used = 768 * Mega;
        var answer = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            $"asymmetric: 768 of the 768 MB that this silo may use are in use, and this one needs about "
            + $"{Need / Mega} MB; a machine leaves the memory when it was idle for 2 minutes (try again later)",
                answer.Refusal);
    }

    private static BootAdmission Admission(MmuOptions options) => new(Options.Create(options), () => (0, 1L << 40));
}
