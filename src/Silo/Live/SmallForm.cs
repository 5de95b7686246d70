using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The form of a request, which is small.</summary>
internal static class SmallForm
{
    private const int MaxBytes = 4096;

    /// <exception cref="RefusedException">The request has no form, or one that is too long.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType || request.ContentLength is not <= MaxBytes)
            throw new RefusedException($"expected a form of at most {MaxBytes} bytes");
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            throw new RefusedException($"expected a form: {e.Message}");
        }
    }
}
