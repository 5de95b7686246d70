using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Messages to a partition that are late, or that cannot be.</summary>
[Collection(nameof(TwoSilos))]
public sealed class PartitionMessageTests(TwoSilos lab)
{
    [Fact]
    public async Task Messages_of_another_epoch_are_refused()
    {
        var setup = new PartitionSetup(
            new("reference-park", 3), false, PartitionShape.BatchesFor(null), null, ReferenceInitial());
        var first = new PartitionOrder(1, true, [.. new int[Explorer.Partitions]]);
        var grain = lab.Grains.GetGrain<IPartitionGrain>($"{Guid.NewGuid():N}/0");
        var none = CancellationToken.None;
        Assert.Equal(-1, await grain.Join(1, 0, none));
        Assert.NotNull(await grain.Begin(setup, none));
        Assert.Null(await grain.Begin(setup with { Epoch = 1 }, none));
        Assert.Null(await grain.Step(first, none));
        Assert.False(await grain.Deliver(new(1, 1, []), none));
        Assert.True(await grain.Deliver(new(1, 1, ParcelOfNothing(), Epoch: 1), none));
        // A later epoch takes part with what is known; a late repeat changes nothing.
        Assert.Equal(0, await grain.Join(2, 0, none));
        Assert.Equal(0, await grain.Join(2, 7, none));
        Assert.Equal(-1, await grain.Join(1, 0, none));
        Assert.Null(await grain.Step(first with { Epoch = 1 }, none));
        Assert.False(await grain.Resend(first with { Epoch = 2 }, none));
        Assert.Null(await grain.Judge(new(0, 0, -1, Epoch: 1), none));
        Assert.Empty(await grain.AreEnding(new(0, [], Epoch: 1), none));
        // States of other steps are of no use.
        Assert.Equal(-1, await grain.Join(3, 5, none));
        Assert.Null(await grain.GetState(0, 0, none));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_before_it_begins()
    {
        var good = new PartitionSetup(
            new("reference-park", 3), false, PartitionShape.BatchesFor(null), null, ReferenceInitial());
        PartitionSetup[] bad =
        [
            Of(new("hope", 3)), Of(new("reference-park", -1)), Of(new("reference-park", 99)), good with { Batches = 0 },
            good with { Batches = 1 << 20 },
            good with { MemoryLimit = -1 }, good with { Initial = [] }, good with { Initial = new byte[16] },
            Of(new("spin", 3)), Of(null!),
        ];
        foreach (var setup in bad)
            Assert.NotNull(await Grain("0").Begin(setup, CancellationToken.None));
        foreach (string number in new[] { "8", "-1", "x", "" })
            Assert.NotNull(await Grain(number).Begin(good, CancellationToken.None));
        Assert.Null(await Grain("0").Begin(good, CancellationToken.None));
        Assert.Null(await Grain("0").Step(new(1, true, default), CancellationToken.None));
        Assert.False(await Grain("0").Deliver(new(1, 1, []), CancellationToken.None));
        Assert.Empty(await Grain("0").AreEnding(new(0, []), CancellationToken.None));

        PartitionSetup Of(ExploredSystem system) => good with { System = system };
        IPartitionGrain Grain(string number) => lab.Grains.GetGrain<IPartitionGrain>($"{Guid.NewGuid():N}/{number}");
    }

    // A parcel whose batches are empty.
    private static byte[] ParcelOfNothing() => new byte[sizeof(int) * PartitionShape.MaxBatches];

    private static byte[] ReferenceInitial()
    {
        var initial = new ReferenceSystem(new(3, Parks: true)).Initial;
        return [.. BitConverter.GetBytes(initial.Low), .. BitConverter.GetBytes(initial.High)];
    }
}
