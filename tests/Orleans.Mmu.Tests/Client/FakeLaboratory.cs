using System.Reflection;
using Orleans.Mmu.Client;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Tests.Client;

/// <summary>A laboratory without a silo: one machine grain that answers as a test tells it.</summary>
internal sealed class FakeLaboratory(Func<BootRequest, CancellationToken, Task<BootAnswer>> boot) : ILaboratory
{
    // Proxies, since a class that implements a grain's interface would be taken for a grain.
    public IGrainFactory Grains => Proxy<IGrainFactory>((_, _) => Proxy<IMachineGrain>((method, arguments) => method.Name switch
    {
        nameof(IMachineGrain.Boot) => boot((BootRequest)arguments[0]!, (CancellationToken)arguments[1]!),
        nameof(IMachineGrain.GetProgress) => Task.FromResult(new BootProgress("splitting", 1, 2)),
        _ => throw new NotSupportedException(method.Name),
    }));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static T Proxy<T>(Func<MethodInfo, object?[], object?> answer) where T : class
    {
        var proxy = DispatchProxy.Create<T, AnsweringProxy>();
        ((AnsweringProxy)(object)proxy).Answer = answer;
        return proxy;
    }
}

/// <summary>What a proxy does with every call. The proxy derives from it, so it is neither abstract nor sealed.</summary>
public class AnsweringProxy : DispatchProxy
{
    internal Func<MethodInfo, object?[], object?> Answer { get; set; } = (_, _) => null;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!, args ?? []);
}
