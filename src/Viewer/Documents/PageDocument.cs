using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Mmu.Viewer.Documents;

/// <summary>
/// The document around a page's body: style and scripts are in it, and its content security policy names the scripts
/// by their hashes and lets nothing be loaded.
/// </summary>
public sealed class PageDocument
{
    private readonly string[] _scripts;

    private PageDocument(string more, params string[] scripts)
    {
        _scripts = scripts;
        // Style attributes carry widths and positions.
        Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; " + more
            + $"; script-src {string.Join(' ', scripts.Select(s => $"'sha256-{HashOf(s)}'"))}";
    }

    /// <summary>A file that carries all it needs and may load nothing.</summary>
    public static PageDocument File { get; } = new("form-action 'none'", PageAssets.Script);

    /// <summary>A page of a silo: its forms and its events are the silo's own.</summary>
    public static PageDocument Live { get; } =
        new("form-action 'self'; connect-src 'self'", PageAssets.Script, PageAssets.LiveScript);

    /// <summary>The content security policy.</summary>
    public string Policy { get; }

    /// <param name="title">What a browser's tab shows, as plain text.</param>
    /// <param name="body">HTML.</param>
    public string With(string title, string body) => $"""
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
        {string.Join('\n', _scripts.Select(s => $"<script>{s}</script>"))}
        </body>
        </html>

        """;

    private static string HashOf(string script) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
}
