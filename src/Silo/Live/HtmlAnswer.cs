using System.Text;

namespace Orleans.Mmu.Silo.Live;

/// <summary>A document as the answer to a request.</summary>
internal static class HtmlAnswer
{
    public static IResult Of(string html, int status = StatusCodes.Status200OK) =>
        Results.Content(html, "text/html", Encoding.UTF8, status);
}
