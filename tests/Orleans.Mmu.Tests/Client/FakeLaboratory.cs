using System.Reflection;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Scenarios;

namespace Orleans.Mmu.Tests.Client;

/// <summary>A laboratory without a silo: one machine grain that answers as a test tells it.</summary>
internal sealed class FakeLaboratory(Func<BootRequest, CancellationToken, Task<BootAnswer>> boot) : ILaboratory
{
    // Proxies, since a class that implements a grain's interface would be taken for a grain.
    public IGrainFactory Grains => AnsweringProxy.Of<IGrainFactory>(
        (_, _) => AnsweringProxy.Of<IMachineGrain>((method, arguments) => method.Name switch
    {
        nameof(IMachineGrain.Boot) => boot((BootRequest)arguments[0]!, (CancellationToken)arguments[1]!),
        nameof(IMachineGrain.Attach) => boot(null!, (CancellationToken)arguments[0]!),
        nameof(IMachineGrain.GetProgress) => Task.FromResult(new BootProgress("splitting", 1, 2)),
        _ => throw new NotSupportedException(method.Name),
    }));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The same with one scenario grain.</summary>
internal sealed class FakeScenarioLaboratory(Func<ScenarioRequest, ScenarioAnswer> run) : ILaboratory
{
    public IGrainFactory Grains => AnsweringProxy.Of<IGrainFactory>(
        (_, _) => AnsweringProxy.Of<IScenarioGrain>((method, arguments) => method.Name switch
    {
        nameof(IScenarioGrain.Run) => Task.FromResult(run((ScenarioRequest)arguments[0]!)),
        nameof(IScenarioGrain.GetProgress) => Task.FromResult(new BootProgress("modules", 1, 0)),
        _ => throw new NotSupportedException(method.Name),
    }));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// What a proxy does with every call. The proxy derives from it, so it is neither abstract nor sealed.
/// </summary>
public class AnsweringProxy : DispatchProxy
{
    internal Func<MethodInfo, object?[], object?> Answer { get; set; } = (_, _) => null;

    internal static T Of<T>(Func<MethodInfo, object?[], object?> answer) where T : class
    {
        var proxy = Create<T, AnsweringProxy>();
        ((AnsweringProxy)(object)proxy).Answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!, args ?? []);
}
