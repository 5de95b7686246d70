using Microsoft.AspNetCore.Components;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Viewer.Live;

/// <summary>A component as a page of a silo.</summary>
public static class LivePage
{
    /// <typeparam name="TPage">The component of the page.</typeparam>
    /// <param name="title">What a browser's tab shows.</param>
    /// <param name="parameters">The component's parameters by name.</param>
    /// <param name="events">The address of the events that bring the component anew; null for none.</param>
    public static async Task<string> WriteAsync<TPage>(
        string title, IDictionary<string, object?> parameters, string? events = null)
        where TPage : IComponent =>
        PageDocument.Live.With(title, await PageWriter.FragmentAsync(typeof(LiveFrame), new Dictionary<string, object?>
        {
            [nameof(LiveFrame.Page)] = typeof(TPage),
            [nameof(LiveFrame.Parameters)] = parameters,
            [nameof(LiveFrame.Events)] = events,
        }));

    /// <summary>The part of a machine's page that changes.</summary>
    public static Task<string> FragmentAsync(MachineSight sight) =>
        PageWriter.FragmentAsync(typeof(MachinePage), ParametersOf(sight));

    /// <summary>The page of a machine.</summary>
    public static Task<string> WriteAsync(string key, MachineSight sight) => WriteAsync<MachinePage>(
        key, ParametersOf(sight), sight.IsLast ? null : $"{LiveAddress.Machine(key)}/events");

    private static Dictionary<string, object?> ParametersOf(MachineSight sight) =>
        new() { [nameof(MachinePage.Sight)] = sight };
}
