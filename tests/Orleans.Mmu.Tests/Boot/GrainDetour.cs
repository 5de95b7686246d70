using System.Reflection;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>What becomes of a call.</summary>
/// <param name="key">The grain's.</param>
/// <param name="argument">The first.</param>
/// <param name="call">Performs it; the last answer counts.</param>
internal delegate Task Detour(string key, string method, object? argument, Func<Task> call);

/// <summary>A grain factory for a client whose calls take another way.</summary>
internal static class GrainDetour
{
    private static readonly MethodInfo Answering =
        typeof(GrainDetour).GetMethod(nameof(TakeAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    // Proxies, since a class that implements a grain's interface would be taken for a grain.
    public static IGrainFactory Around<TGrain>(IGrainFactory grains, Detour detour)
        where TGrain : class, IGrainWithStringKey =>
        AnsweringProxy.Of<IGrainFactory>((get, arguments) =>
        {
            if (get.GetGenericArguments() is not [var asked] || asked != typeof(TGrain))
                return get.Invoke(grains, arguments);
            string key = (string)arguments[0]!;
            var grain = grains.GetGrain<TGrain>(key);
            return AnsweringProxy.Of<TGrain>((method, args) => method.ReturnType.IsGenericType
                ? Answering.MakeGenericMethod(method.ReturnType.GetGenericArguments())
                .Invoke(null, [grain, method, args, key, detour])
                : detour(key, method.Name, args[0], () => (Task)Call(grain, method, args)!));
        });

    private static object? Call(object grain, MethodInfo method, object?[] arguments) =>
        method.Invoke(grain, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static async Task<T> TakeAsync<T>(
        object grain, MethodInfo method, object?[] arguments, string key, Detour detour)
    {
        Task<T>? last = null;
        await detour(key, method.Name, arguments[0], () => last = (Task<T>)Call(grain, method, arguments)!);
        return await last!;
    }
}
