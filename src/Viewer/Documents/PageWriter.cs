using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Orleans.Mmu.Viewer.Documents;

/// <summary>
/// Renders a component as one HTML document that needs nothing else: style and script are in it, and its content
/// security policy lets it load nothing.
/// </summary>
public static class PageWriter
{
    /// <typeparam name="TPage">The component of the document's body.</typeparam>
    /// <param name="title">What a browser's tab shows.</param>
    /// <param name="parameters">The component's parameters by name.</param>
    public static async Task<string> WriteAsync<TPage>(string title, IDictionary<string, object?> parameters)
        where TPage : IComponent
    {
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        string body = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        return Document(title, body);
    }

    private static string Document(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>{PageAssets.Style}</style>
        </head>
        <body>
        {body}
        <script>{PageAssets.Script}</script>
        </body>
        </html>

        """;

    // Style attributes carry widths and positions; the script is named by its hash.
    private static string Policy { get; } =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
        $"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PageAssets.Script)))}'";
}
