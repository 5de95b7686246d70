using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Silo.Live;

namespace Orleans.Mmu.Tests.Live;

/// <summary>The pages of a silo in this process; it counts the calls of its grains, and can hold a boot.</summary>
public sealed class LiveLab : IAsyncLifetime, IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _cpuCalls = new();
    private volatile TaskCompletionSource? _held;
    private LiveSilo? _silo;

    /// <summary>Follows no redirection, so that a test sees it.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = 200,
    })
    { Timeout = TestLimit.Length };

    internal IHostApplicationLifetime Lifetime =>
        _silo!.Host.Services.GetRequiredService<IHostApplicationLifetime>();

    internal PageWatches Watches => _silo!.Host.Services.GetRequiredService<PageWatches>();

    public async Task InitializeAsync()
    {
        _silo = await LiveSilo.StartAsync(
            0, silo => silo.Services.AddSingleton<IIncomingGrainCallFilter>(this).Configure<MmuOptions>(options =>
            {
                // No CPU is asked twice or wakes by itself, however busy the machine is.
                options.AnswerTimeout = TestLimit.Length;
                options.WakePeriod = TimeSpan.FromHours(1);
            }), CancellationToken.None);
        Http.BaseAddress = _silo.Address;
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_silo is not null)
            await _silo.DisposeAsync();
    }

    /// <summary>The first CPU of the next boot waits until what is returned is completed.</summary>
    public TaskCompletionSource Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The calls that CPUs of a machine have had so far.</summary>
    public int CpuCalls(string key) => _cpuCalls.GetValueOrDefault(key);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType == typeof(ICpuGrain))
        {
            string machine = context.TargetId.Key.ToString()!.Split('/')[0];
            _cpuCalls.AddOrUpdate(machine, 1, (_, calls) => calls + 1);
            if (context.MethodName == nameof(ICpuGrain.PowerOn) && _held is { } held)
                await held.Task;
        }

        await context.Invoke();
    }

    /// <summary>Asks for a boot by the form; the key of its machine.</summary>
    public async Task<string> BootAsync(string machine, string protocol, string seed)
    {
        using var answer = await PostAsync(
            "/machines", ("machine", machine), ("protocol", protocol), ("seed", seed));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString["/machines/".Length..];
    }

    public async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await Http.PostAsync(new Uri(path, UriKind.Relative), form);
    }

    public async Task<string> PageAsync(string path) => await Http.GetStringAsync(new Uri(path, UriKind.Relative));
}

[CollectionDefinition(nameof(LiveLab))]
public sealed class LiveLabCollection : ICollectionFixture<LiveLab>;
