using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A call as a filter of a silo sees it; the test ends it.</summary>
/// <param name="source">The client or grain that calls.</param>
/// <param name="asked">The interface.</param>
internal sealed class IncomingCall(GrainId source, Type asked, string method)
{
    private readonly TaskCompletionSource _end = new();

    /// <summary>Whether the filter has let the call through.</summary>
    public bool IsInvoked { get; private set; }

    /// <summary>What the filter gets.</summary>
    public IIncomingGrainCallContext Context => AnsweringProxy.Of<IIncomingGrainCallContext>((member, _) =>
        member.Name switch
        {
            "get_SourceId" => source,
            "get_TargetId" => GrainId.Create("machine", "one"),
            "get_InterfaceMethod" => asked.GetMethod(method),
            "get_MethodName" => method,
            nameof(IGrainCallContext.Invoke) => Perform(),
            var other => throw new NotSupportedException(other),
        });

    /// <summary>The grain answers.</summary>
    public void End() => _end.SetResult();

    private Task Perform()
    {
        IsInvoked = true;
        return _end.Task;
    }
}
