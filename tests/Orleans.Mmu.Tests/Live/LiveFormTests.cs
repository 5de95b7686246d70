using System.Net;
using Orleans.Mmu.Tests.Viewer;

namespace Orleans.Mmu.Tests.Live;

/// <summary>Forms of the pages that are refused.</summary>
[Collection(nameof(LiveLab))]
public sealed class LiveFormTests(LiveLab lab)
{
    [Theory]
    [InlineData("asymetric", "spin", "1", "machine: expected a built-in machine, found 'asymetric' (the nearest is "
        + "'asymmetric')")]
    [InlineData("asymmetric", "spun", "1", "protocol: expected a protocol that a boot can perform, found 'spun' (the "
        + "nearest is 'spin')")]
    [InlineData("symetric", "spin", "1", "machine: expected a built-in machine, found 'symetric' (the nearest is "
        + "'symmetric')")]
    [InlineData("", "spin", "1", "machine: expected a built-in machine, found ''")]
    [InlineData("no such machine at all", "spin", "1", "found 'no such machine at all'")]
    [InlineData("asymmetric", "idmap", "1", "found 'idmap' (the nearest are 'idmap-only' and 'idmap-reserved')")]
    [InlineData("asymmetric", "", "1", "protocol: expected a protocol that a boot can perform, found ''")]
    [InlineData("asymmetric", "<b>", "1", "protocol: expected a protocol that a boot can perform, found '<b>'")]
    [InlineData("asymmetric", "spin", "x", "seed: expected a whole number of 64 bits, found 'x'")]
    [InlineData("asymmetric", "spin", "", "seed: expected a whole number of 64 bits, found ''")]
    [InlineData("asymmetric", "spin", "1.5", "seed: expected a whole number of 64 bits, found '1.5'")]
    [InlineData("asymmetric", "spin", "9223372036854775808", "found '9223372036854775808'")]
    [InlineData("asymmetric", "spin", "1\u202e", "seed: expected a whole number of 64 bits, found '1\\u202e'")]
    public async Task A_boot_that_cannot_be_is_refused_in_a_sentence(
        string machine, string protocol, string seed, string sentence)
    {
        using var answer = await lab.PostAsync(
            "/machines", ("machine", machine), ("protocol", protocol), ("seed", seed));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machine: expected one value, found 0", "protocol=spin&seed=1")]
    [InlineData("machine: expected one value, found 2", "machine=asymmetric&machine=sm8650&protocol=spin&seed=1")]
    [InlineData("protocol: expected one value, found 0", "machine=asymmetric&seed=1")]
    [InlineData("seed: expected one value, found 0", "machine=asymmetric&protocol=spin")]
    [InlineData("seed: expected one value, found 2", "machine=asymmetric&protocol=spin&seed=1&seed=2")]
    [InlineData("force: expected on, or nothing, found 'off'", "machine=asymmetric&protocol=spin&seed=1&force=off")]
    [InlineData("quiet: expected on, or nothing, found '9'", "machine=asymmetric&protocol=spin&seed=1&quiet=9")]
    public async Task A_field_that_no_form_of_a_page_sends_is_refused(string sentence, string form)
    {
        using var content = new StringContent(form, null, "application/x-www-form-urlencoded");
        using var answer = await lab.Http.PostAsync(new Uri("/machines", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "cpus: expected 1 to 4, found '0'")]
    [InlineData("9", "cpus: expected 1 to 4, found '9'")]
    [InlineData("-1", "cpus: expected 1 to 4, found '-1'")]
    [InlineData("x", "cpus: expected 1 to 4, found 'x'")]
    [InlineData("", "cpus: expected 1 to 4, found ''")]
    [InlineData("99999999999", "cpus: expected 1 to 4, found '99999999999'")]
    public async Task A_check_of_another_number_of_CPUs_is_refused_in_a_sentence(string cpus, string sentence)
    {
        using var answer = await lab.PostAsync("/protocols/spin", ("cpus", cpus));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_form_is_refused_in_a_sentence()
    {
        using var text = new StringContent("machine=asymmetric");
        using var answer = await lab.Http.PostAsync(new Uri("/machines", UriKind.Relative), text);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("expected a form of at most 4096 bytes",
            Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_starts_nothing(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/machines")
        {
            Content = new FormUrlEncodedContent(
                [new("machine", "asymmetric"), new("protocol", "spin"), new("seed", "1")]),
        };
        request.Headers.Add(header, value);
        using var answer = await lab.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
