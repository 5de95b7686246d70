using System.Runtime.CompilerServices;
using Orleans.Mmu.Grains.Tables;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>What a machine held in memory is gone once its grains were collected for their age.</summary>
[Collection(nameof(OneSilo))]
public sealed class LeavingTests(OneSilo lab)
{
    [Fact]
    public async Task No_activation_and_no_table_of_a_machine_stays()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        var tables = TablesOf(key);
        Assert.True(IsHeld(tables));

        // As the collector does after the limit of each class, which a test of the house reads.
        var management = lab.Grains.GetGrain<IManagementGrain>(0);
        using var limit = new CancellationTokenSource(TestLimit.Length);
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            await management.ForceActivationCollection(TimeSpan.Zero);
        }
        while ((await management.GetDetailedGrainStatistics()).Any(
            g => g.GrainId.Key.ToString()!.StartsWith(key, StringComparison.Ordinal)));

        Assert.False(lab.OfSilo<SiloTables>().TryGet(key, 1, out _));
        while (IsHeld(tables))
        {
            limit.Token.ThrowIfCancellationRequested();
            GC.Collect();
            await Task.Yield();
        }
    }

    // Not inlined, so that no variable of the test keeps the tables.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference TablesOf(string key)
    {
        Assert.True(lab.OfSilo<SiloTables>().TryGet(key, 1, out var tables));
        return new(tables);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsHeld(WeakReference tables) => tables.Target is not null;
}
