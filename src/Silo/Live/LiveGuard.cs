using System.Net;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// Refuses a request whose Host header is not a loopback name, which prevents DNS rebinding, and a form that another
/// site's page sends. Every answer says what a page may load.
/// </summary>
internal sealed class LiveGuard : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = $"{PageDocument.Live.Policy}; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!IsLoopback(request.Host.Host))
            return Refusal(StatusCodes.Status421MisdirectedRequest,
                "expected a loopback name such as localhost or 127.0.0.1 in the address");
        if (!HttpMethods.IsGet(request.Method) && IsOfAnotherSite(request))
            return Refusal(StatusCodes.Status403Forbidden, "expected a form of this silo's own pages");
        try
        {
            return await next(context);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return Refusal(StatusCodes.Status503ServiceUnavailable, "no silo has answered; try again");
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    // A browser sends both headers with a form; a program that sends neither could as well send what it likes.
    private static bool IsOfAnotherSite(HttpRequest request) =>
        (request.Headers.Origin is { Count: > 0 } origin && origin != $"{request.Scheme}://{request.Host}")
        || (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin" && site != "none");

    private static IResult Refusal(int status, string sentence) =>
        Results.Text(sentence + "\n", "text/plain; charset=utf-8", statusCode: status);
}
