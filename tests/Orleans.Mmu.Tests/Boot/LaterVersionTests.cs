using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Chaos.Network;
using Orleans.Mmu.Grains.Machines;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Providers;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Records that a silo of a later version of this program has written.</summary>
public sealed class LaterVersionTests
{
    private const string Key = "later";

    private readonly SharedRecords _records = new();

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var (of1, _) = Serializers();
        var state = new MachineState { Epoch = 7, TakenUp = 3 };

        Assert.Equal(state, of1.Deserialize<MachineState>(of1.Serialize(state)));
    }

    [Fact]
    public void A_later_silo_reads_an_earlier_record()
    {
        var (of1, of2) = Serializers();

        Assert.Equal(7, of2.Deserialize<MachineState>(of1.Serialize(new MachineState { Epoch = 7 }))!.Epoch);
    }

    [Fact]
    public void An_earlier_silo_refuses_a_later_record_and_foreign_bytes()
    {
        var (of1, of2) = Serializers();

        var later = Assert.Throws<RefusedException>(
            () => of1.Deserialize<MachineState>(of2.Serialize(new MachineState())));
        Assert.Equal("expected a record of format 1 or less, found 2: a later version of this program has written it",
            later.Message);
        foreach (string bytes in new[] { "", "M", "MMU", "{\"Outcome\":1}" })
            Assert.Throws<RefusedException>(() => of1.Deserialize<MachineState>(BinaryData.FromString(bytes)));
    }

    [Fact]
    public async Task A_machine_with_a_later_record_is_refused_at_once()
    {
        await using (var later = await StartAsync(new(2)))
            await WriteAsync(later, new MachineState { Epoch = 1 });
        await using var earlier = await StartAsync(RecordFormat.Current);

        var machine = earlier.Client.GetGrain<IMachineGrain>(Key);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => machine.Attach(CancellationToken.None));
        Assert.Contains("found 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_boot_whose_protocol_no_silo_knows_is_refused_in_a_sentence_and_given_up_in_the_end()
    {
        await using var cluster = await StartAsync(RecordFormat.Current);
        await WriteAsync(cluster, new MachineState
        {
            Outcome = MachineOutcome.Booting,
            Request = new(new("test", Lab.Small("asymmetric")), "of-tomorrow", 1, false, false),
            Epoch = 1,
        });
        var machine = cluster.Client.GetGrain<IMachineGrain>(Key);

        var first = await machine.Attach(CancellationToken.None);
        Assert.StartsWith("expected a protocol that this silo knows", first.InputError, StringComparison.Ordinal);
        Assert.EndsWith("found \"of-tomorrow\"", first.InputError, StringComparison.Ordinal);
        Assert.Equal(MachineOutcome.Booting, await machine.GetOutcome(CancellationToken.None));

        var last = await machine.Attach(CancellationToken.None);
        Assert.EndsWith("boot the machine anew", last.InputError, StringComparison.Ordinal);
        Assert.Equal(MachineOutcome.Interrupted, await machine.GetOutcome(CancellationToken.None));
        Assert.Equal(last, await machine.Attach(CancellationToken.None));
    }

    [Fact]
    public async Task A_boot_by_a_users_protocol_is_taken_up_by_the_text_in_its_record()
    {
        await using var cluster = await StartAsync(RecordFormat.Current);
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "mine", 1, false, false)
        {
            ProtocolFile = BuiltInProtocols.Find("spin")!.Text.Replace(
                "protocol spin", "protocol mine", StringComparison.Ordinal),
        };
        await WriteAsync(cluster, new MachineState
        {
            Outcome = MachineOutcome.Booting,
            Request = request,
            Epoch = 1,
        });

        var answer = await cluster.Client.GetGrain<IMachineGrain>(Key).Attach(CancellationToken.None);
        var journal = await cluster.Client.GetGrain<IRunJournalGrain>(Key).Read(CancellationToken.None);

        Assert.Equal(("mine", "repaint"), (answer.Report!.Protocol, answer.Report.Mode));
        Assert.Contains(answer.Report.Violations, v => v.Rule == "tlb-conflict");
        Assert.Equal(request.ProtocolFile, journal.Request!.ProtocolFile);
    }

    [Fact]
    public async Task A_boot_that_was_taken_up_often_enough_is_given_up()
    {
        await using var cluster = await StartAsync(RecordFormat.Current);
        await WriteAsync(cluster, new MachineState
        {
            Outcome = MachineOutcome.Booting,
            Request = new(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false),
            Epoch = 3,
            TakenUp = 2,
        });

        var answer = await cluster.Client.GetGrain<IMachineGrain>(Key).Attach(CancellationToken.None);

        Assert.Equal("later: the boot was taken up 2 times and did not end; boot the machine anew", answer.InputError);
    }

    private static (VersionedStorageSerializer Of1, VersionedStorageSerializer Of2) Serializers()
    {
        var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var records = new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>());
        return (new(records, new(1)), new(records, new(2)));
    }

    private static Task WriteAsync(InProcessTestCluster cluster, MachineState state) =>
        cluster.Silos[0].ServiceProvider
            .GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
            .WriteStateAsync("machine", GrainId.Create("machine", Key), new GrainState<MachineState>(state));

    private async Task<InProcessTestCluster> StartAsync(RecordFormat format)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu();
            silo.Services.Configure<MmuOptions>(options => options.TakeUps = 2);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => new SharedStorage(
                    _records, new VersionedStorageSerializer(
                        services.GetRequiredService<OrleansGrainStorageSerializer>(), format)));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
