using System.Reflection;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Grains.Machines;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Tests.House;

/// <summary>Each class of grains says after how many idle minutes its activations leave the memory.</summary>
public sealed class AgeLimitTests
{
    public static TheoryData<string> OfMachines => GrainsOf(typeof(MachineGrain).Assembly);

    public static TheoryData<string> OfCommands => GrainsOf(typeof(PartitionGrain).Assembly);

    [Theory]
    [MemberData(nameof(OfMachines))]
    public void A_grain_of_a_machine_leaves_two_minutes_after_its_last_call(string grain) =>
        Assert.Equal(TimeSpan.FromMinutes(MmuOptions.MinutesIdle), Limit(typeof(MachineGrain).Assembly, grain));

    [Theory]
    [MemberData(nameof(OfCommands))]
    public void A_grain_that_one_command_uses_leaves_five_minutes_after_its_last_call(string grain) =>
        Assert.Equal(TimeSpan.FromMinutes(5), Limit(typeof(PartitionGrain).Assembly, grain));

    private static TheoryData<string> GrainsOf(Assembly assembly)
    {
        var grains = new TheoryData<string>();
        foreach (var grain in assembly.GetTypes().Where(t => !t.IsAbstract && typeof(IGrainBase).IsAssignableFrom(t)))
            grains.Add(grain.FullName!);
        Assert.NotEmpty(grains);
        return grains;
    }

    private static TimeSpan? Limit(Assembly assembly, string grain) =>
        assembly.GetType(grain, throwOnError: true)!.GetCustomAttribute<CollectionAgeLimitAttribute>(inherit: false)
            ?.AgeLimit;
}
