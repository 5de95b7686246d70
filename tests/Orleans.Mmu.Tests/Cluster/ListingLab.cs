using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Boot;
using Orleans.Mmu.Tests.Client;
using Orleans.Storage;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>One silo whose clock can be set, and whose boots can be stopped on their way.</summary>
public sealed class ListingLab() : Lab(1)
{
    internal const int InPart = 3;

    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    internal ClockAhead Clock { get; } = new();

    internal HeldPowerOn Power { get; } = new();

    protected override void Configure(MmuOptions options)
    {
        options.WakePeriod = TimeSpan.FromHours(1);
        options.MachinesListed = InPart * MachineIndex.Parts;
        // A boot that is held on purpose must not run out of patience.
        options.AnswerTimeout = TestLimit.Length;
    }

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddSingleton<TimeProvider>(Clock).AddSingleton<IOutgoingGrainCallFilter>(Power)
            .AddSingleton(new StateLifetime(Kept));

    /// <summary>mmu cluster with these arguments.</summary>
    internal Task<CommandRun> RunAsync(params string[] args) =>
        CommandRun.WithGrainsAsync(Grains, ["cluster", "--silo", "localhost:30000", .. args]);

    /// <summary>Begins to boot a machine and stops it before its first CPU.</summary>
    internal async Task<(string Key, Task<BootAnswer> Boot)> BeginAsync()
    {
        string key = $"held-{Guid.NewGuid():N}";
        var reached = Power.Hold(key);
        var boot = Grains.GetGrain<IMachineGrain>(key).Boot(Request, CancellationToken.None);
        await reached.WaitAsync(TestLimit.Length);
        return (key, boot);
    }

    internal static BootRequest Request =>
        new(new("test", Small("asymmetric")), "idmap-reserved", 1, false, false);

    /// <summary>Writes to the list as a machine does.</summary>
    internal Task<bool> EnterAsync(string key, MachineOutcome outcome, long epoch = 1) =>
        Grains.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(key)).Enter(new()
        {
            Key = key,
            Machine = "test",
            Cpus = 8,
            Outcome = outcome,
            Began = Clock.GetUtcNow(),
            Changed = Clock.GetUtcNow(),
            Silo = "127.0.0.1:1",
            Epoch = epoch,
        }, CancellationToken.None);

    /// <summary>What the list has of a machine.</summary>
    internal async Task<MachineEntry?> ListedAsync(string key)
    {
        var page = await Grains.GetGrain<IMachineIndexGrain>(MachineIndex.PartOf(key)).List(CancellationToken.None);
        return page.Entries.SingleOrDefault(e => e.Key == key);
    }

    /// <summary>Whether storage has a state of a grain.</summary>
    internal async Task<bool> IsStoredAsync<T>(string state, string grain)
        where T : new()
    {
        var stored = new GrainState<T>(new());
        await Services.GetRequiredKeyedService<IGrainStorage>("Default")
            .ReadStateAsync(state, GrainId.Parse(grain), stored);
        return stored.RecordExists;
    }
}

/// <summary>The system's clock, set ahead; timers go on as they are.</summary>
internal sealed class ClockAhead : TimeProvider
{
    private long _ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _ahead));
}

/// <summary>Holds the calls that power the CPUs of one machine on.</summary>
internal sealed class HeldPowerOn : IOutgoingGrainCallFilter
{
    private volatile Held? _held;

    /// <summary>Holds a machine from here on.</summary>
    /// <returns>Ends when the machine has come there.</returns>
    public Task Hold(string machine) => (_held = new(machine, new(), new())).Reached.Task;

    /// <summary>Lets it go on.</summary>
    public void Release() => _held?.Released.TrySetResult();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (_held is { } held && context.MethodName == nameof(ICpuGrain.PowerOn)
            && context.TargetId.Key.ToString()!.StartsWith(held.Machine + "/", StringComparison.Ordinal))
        {
            held.Reached.TrySetResult();
            await held.Released.Task;
        }

        await context.Invoke();
    }

    private sealed record Held(string Machine, TaskCompletionSource Reached, TaskCompletionSource Released);
}
