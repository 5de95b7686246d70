using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Orleans.Mmu.Viewer.Documents;

/// <summary>Renders a component as HTML, once: no component lives on after it.</summary>
public static class PageWriter
{
    /// <summary>A document that needs nothing else.</summary>
    /// <typeparam name="TPage">The component of the document's body.</typeparam>
    /// <param name="title">What a browser's tab shows.</param>
    /// <param name="parameters">The component's parameters by name.</param>
    public static async Task<string> WriteAsync<TPage>(string title, IDictionary<string, object?> parameters)
        where TPage : IComponent =>
        PageDocument.File.With(title, await FragmentAsync(typeof(TPage), parameters));

    /// <summary>The HTML of a component alone.</summary>
    public static async Task<string> FragmentAsync(Type component, IDictionary<string, object?> parameters)
    {
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(component, ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
