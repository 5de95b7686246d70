using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Silo.Hosting;
using Orleans.TestingHost;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A boot that fails although no silo is lost: the cluster does not repeat it by itself for ever.</summary>
public sealed class FailingBootTests : IAsyncLifetime
{
    private readonly FailingPaint _paint = new();
    private InProcessTestCluster? _cluster;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu();
            silo.UseInMemoryReminderService();
            silo.AddIncomingGrainCallFilter(_paint);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task It_leaves_no_reminder_and_the_next_call_takes_it_up()
    {
        var machine = _cluster!.Client.GetGrain<IMachineGrain>("failing");
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
        _paint.Fails = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => machine.Boot(request, CancellationToken.None));
        Assert.Equal(MachineOutcome.Booting, await machine.GetOutcome(CancellationToken.None));
        Assert.True(_paint.WasReminded);
        Assert.Empty(await RemindersAsync(machine));

        _paint.Fails = false;
        var answer = await machine.Boot(request, CancellationToken.None);
        Assert.Equal(MachineOutcome.Online, answer.Report!.Outcome);
    }

    private async Task<IList<ReminderEntry>> RemindersAsync(IMachineGrain machine)
    {
        var table = _cluster!.Silos[0].ServiceProvider.GetRequiredService<IReminderTable>();
        return (await table.ReadRows(machine.GetGrainId())).Reminders;
    }

    private sealed class FailingPaint : IIncomingGrainCallFilter
    {
        public bool Fails { get; set; }

        /// <summary>Whether the machine had its reminder when it was about to paint.</summary>
        public bool WasReminded { get; private set; }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (Fails && context.MethodName == nameof(IPageTableGrain.Paint))
            {
                var table = context.TargetContext.ActivationServices.GetRequiredService<IReminderTable>();
                var machine = GrainId.Create("machine", context.TargetId.Key.ToString()!);
                WasReminded = (await table.ReadRows(machine)).Reminders.Count > 0;
                throw new InvalidOperationException("no page is painted");
            }

            await context.Invoke();
        }
    }
}
